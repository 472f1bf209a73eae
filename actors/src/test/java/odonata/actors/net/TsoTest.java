package odonata.actors.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.CpuNet;
import odonata.actors.netisr.Ifnet;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetMsg;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.nic.LinkNic;
import odonata.actors.nic.LoopbackNic;
import odonata.actors.nic.Nic;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.route.RouteTable;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Segmentation offload (R45, 5.10): large packets through the one way out, and what devices make of them. */
class TsoTest {
    private static final FlowKey FLOW =
            new FlowKey(Ipv4Address.parse("10.77.77.1"), 80, Ipv4Address.parse("10.9.9.9"), 40_000, IpProto.TCP);
    private static final int DEVICE = 5;
    private static final int MSS = 1000;

    private final Conductor conductor = Conductor.create(CostModel.defaults());
    private final Machine machine =
            Machine.inVirtualTime(conductor, 1, List.of(0, 1), CpuSettings.defaults(), (who, cause) -> {
                throw new AssertionError("panic of " + who, cause);
            });
    private final LinkNic.Pair cable = LinkNic.cable(
            DEVICE,
            Ipv4Prefix.ALL,
            Ipv4Prefix.ALL,
            LinkNic.Quality.perfect(10_000_000_000L, 1_000),
            conductor::at,
            Seed.of(1));
    private final List<Mbuf> arrived = new ArrayList<>();
    private final NetSettings settings = NetSettings.defaults();
    private final Netstack withDevice =
            Netstack.attach(machine.cpu(1), settings, List.of(cable.near()), PartitionEvents.none());

    /** A thread that calls what it is given when it starts. */
    private static final class Caller extends LwktThread<NetMsg> {
        private Caller(final Td td, final Runnable call) {
            super(td);
            td.after(1, call);
        }

        @Override
        protected Handlers<NetMsg> handlers() {
            return Handlers.none();
        }
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private static byte[] packet(final int seq, final int from, final int length, final int flags) {
        final byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) (from + i);
        }
        return TcpSegment.of(FLOW).seq(seq).ack(9).flags(flags).payload(text).build();
    }

    private static List<byte[]> oneByOne(final int text) {
        final List<byte[]> segments = new ArrayList<>();
        for (int at = 0; at < text; at += MSS) {
            final int length = Math.min(MSS, text - at);
            final int flags = TcpHeader.ACK | (at + length == text ? TcpHeader.PSH : 0);
            segments.add(packet(1 + at, at, length, flags));
        }
        return segments;
    }

    private static Mbuf large(final int text) {
        return Mbuf.of(packet(1, 0, text, TcpHeader.ACK | TcpHeader.PSH));
    }

    private static byte[] bytes(final Mbuf mbuf) {
        return Arrays.copyOfRange(mbuf.data(), mbuf.offset(), mbuf.offset() + mbuf.length());
    }

    private void same(final List<Mbuf> got, final int text) {
        assertThat(got.stream().map(TsoTest::bytes).toList())
                .usingElementComparator(Arrays::compare)
                .containsExactlyElementsOf(oneByOne(text));
    }

    /** Sends from CPU 0 by a route with {@code mtu} to the device of {@code deviceCpu}. */
    private NetError output(final Mbuf mbuf, final int segmentSize, final int mtu) {
        cable.far().start(() -> cable.far().receive(arrived::add, Integer.MAX_VALUE, conductor.nowNs()));
        final CpuNet net = new CpuNet(machine.cpu(0), settings, PartitionEvents.none());
        net.routes(RouteTable.<Ifnet>empty().with(Ipv4Prefix.ALL, new Ifnet(DEVICE, 1, mtu)));
        final List<NetError> result = new ArrayList<>();
        final Function<Td, Runnable> call = td -> () -> result.add(net.output(td, mbuf, segmentSize));
        machine.start();
        machine.cpu(0).inject(() -> machine.cpu(0)
                .spawn(
                        "caller",
                        Pri.KERN_DAEMON,
                        0,
                        ThreadClass.KERNEL,
                        LwktThread.<NetMsg>behavior(td -> new Caller(td, call.apply(td)))));
        conductor.runUntil(conductor.nowNs() + 10_000_000);
        return result.get(0);
    }

    @Test
    void I53_aLinkCarriesTheSameBytesThroughTheDeviceOfAnotherCpu() {
        assertThat(output(large(17_300), MSS, 1500)).isEqualTo(NetError.OK);
        same(arrived, 17_300);
        assertThat(withDevice.counters().get(NetCounter.OUTPUT_TSO)).isEqualTo(1);
    }

    /** A tap sees it before the device cuts it, and is told that nobody has made its checksum. */
    @Test
    void shouldShowALargePacketWhole() {
        final List<String> seen = new ArrayList<>();
        withDevice.tapDevices(
                (device, mbuf, unsummed, nowNs) -> seen.add(device + " " + mbuf.length() + " " + unsummed));
        assertThat(output(large(17_300), MSS, 1500)).isEqualTo(NetError.OK);
        assertThat(arrived).hasSize(18);
        assertThat(seen).containsExactly("link5 17340 true");
    }

    /** RFC 6864: what may be cut on the way has numbers of its own. */
    @Test
    void shouldNumberEachSegmentWithoutDontFragment() {
        final Mbuf mbuf = large(5_500);
        new Ipv4Header().wrap(mbuf.data(), 0, mbuf.length()).fragment(0, 0);
        assertThat(output(mbuf, MSS, 1500)).isEqualTo(NetError.OK);
        assertThat(arrived).hasSize(6);
        assertThat(arrived.stream()
                        .map(each -> new Ipv4Header()
                                .wrap(each.data(), each.offset(), each.length())
                                .ident())
                        .distinct())
                .hasSize(6);
        assertThat(arrived).allMatch(PacketChecks::transportOk);
    }

    @Test
    void shouldRefuseSegmentsThatAreTooLongForThePath() {
        assertThat(output(large(17_300), 1461, 1500)).isEqualTo(NetError.EMSGSIZE);
        assertThat(arrived).isEmpty();
    }

    @Test
    void shouldSendSegmentsThatJustFit() {
        assertThat(output(large(17_300), 1460, 1500)).isEqualTo(NetError.OK);
        assertThat(arrived).hasSize(12).allMatch(mbuf -> mbuf.length() <= 1500);
    }

    @Test
    void I53_loopbackGivesBackTheSameBytes() {
        final Nic lo = new LoopbackNic(1, Ipv4Prefix.ALL, 100);
        assertThat(lo.transmitTso(large(5_500), MSS, 0)).isTrue();
        lo.receive(arrived::add, 100, 0);
        same(arrived, 5_500);
    }

    @Test
    void shouldSayWhenADeviceLosesASegment() {
        final Nic lo = new LoopbackNic(1, Ipv4Prefix.ALL, 3);
        assertThat(lo.transmitTso(large(5_500), MSS, 0)).isFalse();
        assertThat(lo.transmitTso(large(500), MSS, 0)).isFalse();
    }
}
