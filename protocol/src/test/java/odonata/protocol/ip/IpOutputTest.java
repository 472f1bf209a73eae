package odonata.protocol.ip;

import static odonata.protocol.ip.Fragments.SRC;
import static odonata.protocol.ip.Fragments.datagram;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import odonata.protocol.errno.KernelPanic;
import odonata.protocol.errno.NetError;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Test;

class IpOutputTest {
    private final IpOutput output = new IpOutput(new IpIdent(3, Seed.of(1)));
    private final List<Mbuf> sent = new ArrayList<>();

    private static Ipv4Header header(final Mbuf mbuf) {
        return new Ipv4Header().wrap(mbuf.data(), mbuf.offset(), mbuf.length());
    }

    /** RFC 791 section 3.2: each fragment fits, all but the last are multiples of 8, and together they are the datagram. */
    @Test
    void shouldCutWhatReassemblyPutsTogether() {
        final Seed seed = Seeds.replayable("IpOutputTest");
        for (int round = 0; round < 500; round++) {
            sent.clear();
            final byte[] packet = datagram(SRC, 0, seed.nextInt(9000));
            final int mtu = Math.max(68, packet.length / (1 + seed.nextInt(60)));
            assertThat(output.output(Mbuf.of(packet.clone()), mtu, sent::add)).isEqualTo(NetError.OK);

            final IpReassembly reassembly =
                    new IpReassembly(new ReassemblyLimits(1, 1, 1000, 1 << 20, 1 << 20, 1), (why, first) -> {});
            Optional<Mbuf> whole = Optional.empty();
            final int ident = header(sent.get(0)).ident();
            for (final Mbuf piece : sent) {
                assertThat(piece.length()).as("mtu %d", mtu).isLessThanOrEqualTo(mtu);
                assertThat(header(piece).check() && header(piece).verifyChecksum())
                        .isTrue();
                assertThat(header(piece).ident()).isEqualTo(ident);
                whole = header(piece).isFragment() ? reassembly.add(piece, 0) : Optional.of(piece);
            }
            new Ipv4Header().wrap(packet, 0, packet.length).ident(ident).putChecksum();
            final Mbuf got = whole.orElseThrow();
            assertThat(java.util.Arrays.copyOfRange(got.data(), got.offset(), got.offset() + got.length()))
                    .isEqualTo(packet);
        }
    }

    @Test
    void shouldRefuseToCutWhatHasDontFragment() {
        final byte[] packet = datagram(SRC, 0, 1473);
        new Ipv4Header().wrap(packet, 0, packet.length).fragment(Ipv4Header.DF, 0);

        assertThat(output.output(Mbuf.of(packet), 1500, sent::add)).isEqualTo(NetError.EMSGSIZE);
        assertThat(sent).isEmpty();
        assertThat(output.output(Mbuf.of(packet), 1501, sent::add)).isEqualTo(NetError.OK);
        assertThat(header(sent.get(0)).dontFragment() && header(sent.get(0)).verifyChecksum())
                .isTrue();
    }

    /** RFC 6864 section 4.1: what cannot be cut needs no identification. */
    @Test
    void shouldNumberOnlyWhatMayBeCut() {
        final byte[] atomic = datagram(SRC, 0, 10);
        new Ipv4Header().wrap(atomic, 0, atomic.length).fragment(Ipv4Header.DF, 0);
        output.output(Mbuf.of(atomic), 1500, sent::add);
        output.output(Mbuf.of(datagram(SRC, 0, 10)), 1500, sent::add);
        output.output(Mbuf.of(datagram(SRC, 0, 10)), 1500, sent::add);

        assertThat(header(sent.get(0)).ident()).isZero();
        assertThat(header(sent.get(1)).ident()).isNotEqualTo(header(sent.get(2)).ident());
    }

    /** RFC 791 section 3.1: options without the copied flag stay with the first fragment. */
    @Test
    void shouldCopyOptionsThatAreToBeCopied() {
        final byte[] plain = datagram(SRC, 0, 200);
        final byte[] packet = new byte[plain.length + 12];
        System.arraycopy(plain, 0, packet, 0, 20);
        System.arraycopy(new byte[] {7, 7, 4, 0, 0, 0, 0, (byte) 148, 4, 0, 0, 0}, 0, packet, 20, 12);
        System.arraycopy(plain, 20, packet, 32, plain.length - 20);
        new Ipv4Header().wrap(packet, 0, packet.length).headerLength(32).totalLength(packet.length);
        output.output(Mbuf.of(packet), 128, sent::add);

        assertThat(sent).hasSizeGreaterThan(1);
        assertThat(header(sent.get(0)).headerLength()).isEqualTo(32);
        final Ipv4Header later = header(sent.get(1));
        assertThat(later.headerLength()).isEqualTo(24);
        final Ipv4Options options = later.options(new Ipv4Options());
        assertThat(options.next()).isTrue();
        assertThat(options.type()).isEqualTo(Ipv4Options.ROUTER_ALERT);
        assertThat(later.verifyChecksum()).isTrue();
    }

    @Test
    void shouldPanicWhenTheHeaderIsNotOneOfOurs() {
        final byte[] packet = datagram(SRC, 0, 10);
        packet[8] = 0;
        assertThatThrownBy(() -> output.output(Mbuf.of(packet), 1500, sent::add))
                .isInstanceOf(KernelPanic.class)
                .hasMessageContaining("ttl=0");
    }

    /** RFC 6864 section 4.3: no number comes again before all others, and no two CPUs share one. */
    @Test
    void shouldGiveEachNumberOnceInAPeriodAndToOneCpu() {
        final Set<Integer> all = new HashSet<>();
        for (int cpu = 0; cpu < IpIdent.STRIPES; cpu++) {
            final IpIdent idents = new IpIdent(cpu, Seed.of(7 + cpu));
            for (int i = 0; i < IpIdent.PERIOD; i++) {
                assertThat(all.add(idents.next())).isTrue();
            }
        }
        assertThat(all).hasSize(65_536);
    }
}
