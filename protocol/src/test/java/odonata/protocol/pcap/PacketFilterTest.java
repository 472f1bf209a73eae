package odonata.protocol.pcap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.ip.IpIdent;
import odonata.protocol.ip.IpOutput;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Test;

class PacketFilterTest {
    private static final int HERE = Ipv4Address.parse("10.77.77.1");
    private static final int THERE = Ipv4Address.parse("10.77.77.2");
    private static final int ELSEWHERE = Ipv4Address.parse("10.0.0.9");
    private static final byte[] TCP =
            TcpSegment.of(new FlowKey(THERE, 40_000, HERE, 80, IpProto.TCP)).build();
    private static final byte[] UDP =
            UdpDatagram.build(new FlowKey(HERE, 80, ELSEWHERE, 9, IpProto.UDP), new byte[3000]);

    private static PacketFilter filter(final int host, final int port, final int proto) {
        return new PacketFilter(optional(host), optional(port), optional(proto));
    }

    private static OptionalInt optional(final int value) {
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static boolean matches(final PacketFilter filter, final byte... packet) {
        final byte[] shifted = new byte[packet.length + 7];
        System.arraycopy(packet, 0, shifted, 5, packet.length);
        return filter.matches(new Mbuf(shifted, 5, packet.length, 0, 0));
    }

    @Test
    void shouldKeepEverythingWhenNothingIsAsked() {
        assertThat(matches(PacketFilter.ALL, TCP)).isTrue();
        assertThat(matches(PacketFilter.ALL, (byte) 0x60, (byte) 0)).isTrue();
        assertThat(matches(PacketFilter.ALL)).isTrue();
    }

    @Test
    void shouldLookAtEitherEnd() {
        assertThat(matches(filter(HERE, 0, 0), TCP)).isTrue();
        assertThat(matches(filter(THERE, 0, 0), TCP)).isTrue();
        assertThat(matches(filter(ELSEWHERE, 0, 0), TCP)).isFalse();
        assertThat(matches(filter(0, 80, 0), TCP)).isTrue();
        assertThat(matches(filter(0, 40_000, 0), TCP)).isTrue();
        assertThat(matches(filter(0, 81, 0), TCP)).isFalse();
    }

    @Test
    void shouldWantAllThatIsAsked() {
        assertThat(matches(filter(HERE, 80, IpProto.TCP), TCP)).isTrue();
        assertThat(matches(filter(HERE, 80, IpProto.UDP), TCP)).isFalse();
        assertThat(matches(filter(ELSEWHERE, 80, 0), TCP)).isFalse();
        assertThat(matches(filter(HERE, 80, 0), UDP)).isTrue();
    }

    @Test
    void shouldKeepLaterFragmentsOfAPortButNotThoseOfAnotherHost() {
        final List<byte[]> fragments = new ArrayList<>();
        new IpOutput(new IpIdent(0, Seed.of(1)))
                .output(
                        Mbuf.of(UDP.clone()),
                        1500,
                        f -> fragments.add(Arrays.copyOfRange(f.data(), f.offset(), f.offset() + f.length())));
        assertThat(fragments).hasSize(3);
        assertThat(fragments).allMatch(f -> matches(filter(HERE, 80, 0), f));
        assertThat(fragments.stream().filter(f -> matches(filter(0, 81, 0), f))).hasSize(2);
        assertThat(fragments).noneMatch(f -> matches(filter(THERE, 80, 0), f));
        assertThat(fragments).noneMatch(f -> matches(filter(0, 80, IpProto.TCP), f));
    }

    @Test
    void shouldKeepErrorsAboutWhatIsAsked() {
        final byte[] error = IcmpError.build(ELSEWHERE, 3, 3, 0, Mbuf.of(UDP)).orElseThrow();
        assertThat(matches(filter(0, 80, 0), error)).isTrue();
        assertThat(matches(filter(0, 80, IpProto.UDP), error)).isTrue();
        assertThat(matches(filter(0, 80, IpProto.TCP), error)).isFalse();
        assertThat(matches(filter(0, 82, 0), error)).isFalse();
        assertThat(matches(filter(0, 0, IpProto.ICMP), error)).isTrue();
    }

    @Test
    void shouldSurviveAnyBytes() {
        final long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("-Dseed=" + seed);
        final Random random = new Random(seed);
        final PacketFilter filter = filter(HERE, 80, 0);
        for (int i = 0; i < 200_000; i++) {
            final byte[] packet = Arrays.copyOf(random.nextBoolean() ? TCP : UDP, random.nextInt(80));
            for (int n = random.nextInt(4); n > 0 && packet.length > 0; n--) {
                packet[random.nextInt(packet.length)] = (byte) random.nextInt();
            }
            if (packet.length > 9 && random.nextBoolean()) {
                packet[9] = IpProto.ICMP;
            }
            final boolean kept = matches(filter, packet);
            if (kept) {
                assertThat(packet.length).isGreaterThanOrEqualTo(Ipv4Header.MIN_LENGTH);
            }
        }
    }
}
