package odonata.actors.netisr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import odonata.actors.nic.Packets;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowHashes;
import odonata.protocol.ip.IpClass;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.ip.PacketClassifier;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Test;

class IpReassemblyTest {
    private final IpReassembly reassembly = new IpReassembly();
    private final byte[] whole = Packets.udp("1.2.3.4", 5, "10.77.77.1", 7, filled(3000));

    private static byte[] filled(final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        return bytes;
    }

    /** Cuts a packet in pieces of {@code size} payload bytes, a multiple of 8. */
    private static List<Mbuf> cut(final byte[] packet, final int size) {
        final List<Mbuf> pieces = new ArrayList<>();
        final int payload = packet.length - 20;
        for (int from = 0; from < payload; from += size) {
            final int length = Math.min(size, payload - from);
            final byte[] piece = new byte[20 + length];
            System.arraycopy(packet, 0, piece, 0, 20);
            System.arraycopy(packet, 20 + from, piece, 20, length);
            new Ipv4Header()
                    .wrap(piece, 0, piece.length)
                    .totalLength(piece.length)
                    .ident(77)
                    .fragment(from + length < payload ? Ipv4Header.MF : 0, from)
                    .putChecksum();
            pieces.add(Packets.mbuf(piece));
        }
        return pieces;
    }

    @Test
    void shouldRestoreTheDatagramWhateverTheOrder() {
        final Seed seed = Seed.of(11);
        for (int round = 0; round < 200; round++) {
            final List<Mbuf> pieces = cut(whole, 8 * (8 + seed.nextInt(100)));
            Optional<Mbuf> result = Optional.empty();
            while (!pieces.isEmpty()) {
                assertThat(result).as("seed 11 round %d", round).isEmpty();
                result = reassembly.add(pieces.remove(seed.nextInt(pieces.size())), 0);
            }
            final Mbuf got = result.orElseThrow();
            assertThat(got.length()).isEqualTo(whole.length);
            assertThat(got.rcvif()).isZero();
            assertThat(PacketClassifier.classOf(new PacketClassifier(FlowHashes.byName("dragonfly", 0)).classify(got)))
                    .isEqualTo(IpClass.UDP);
            assertThat(PacketChecks.transportOk(got)).isTrue();
        }
        assertThat(reassembly.begun()).isZero();
        assertThat(reassembly.dropped()).isZero();
    }

    @Test
    void shouldIgnoreRepetitions() {
        final List<Mbuf> pieces = cut(whole, 1480);
        reassembly.add(pieces.get(0), 0);
        reassembly.add(pieces.get(0), 0);
        reassembly.add(pieces.get(1), 0);

        assertThat(reassembly.add(pieces.get(2), 0)).isPresent();
    }

    @Test
    void shouldDropWhenFragmentsOverlap() {
        reassembly.add(cut(whole, 1480).get(0), 0);

        assertThat(reassembly.add(cut(whole, 800).get(1), 0)).isEmpty();
        assertThat(reassembly.begun()).isZero();
        assertThat(reassembly.dropped()).isEqualTo(1);
    }

    @Test
    void shouldGiveUpWhatIsTooOldAndWhatIsTooMuch() {
        reassembly.add(cut(whole, 1480).get(0), 0);
        reassembly.add(
                cut(Packets.udp("1.2.3.5", 5, "10.77.77.1", 7, filled(3000)), 1480)
                        .get(0),
                IpReassembly.TTL_NS + 1);
        assertThat(reassembly.begun()).isEqualTo(1);

        for (int i = 0; i < 1000; i++) {
            reassembly.add(
                    cut(Packets.udp("1.2." + i / 250 + "." + i % 250, 5, "10.77.77.1", 7, filled(3000)), 1480)
                            .get(0),
                    IpReassembly.TTL_NS + 2);
        }
        assertThat(reassembly.begun()).isEqualTo(IpReassembly.MAX_DATAGRAMS);
    }
}
