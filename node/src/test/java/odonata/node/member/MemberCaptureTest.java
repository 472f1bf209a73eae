package odonata.node.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.Ifnet;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.nic.LinkNic;
import odonata.node.capture.CaptureRequest;
import odonata.node.capture.CaptureView;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.pcap.PcapPacket;
import odonata.protocol.pcap.PcapReader;
import odonata.protocol.route.RouteTable;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemberCaptureTest {
    private static final CaptureRequest ALL = new CaptureRequest(null, null, null, null, null);

    private final Conductor conductor = Conductor.create(CostModel.defaults());
    private final Machine machine =
            Machine.inVirtualTime(conductor, 1, List.of(0), CpuSettings.defaults(), (cpu, cause) -> {
                throw new AssertionError(cause);
            });
    private final LinkNic.Pair cable = LinkNic.cable(
            5,
            Ipv4Prefix.ALL,
            Ipv4Prefix.ALL,
            LinkNic.Quality.perfect(10_000_000_000L, 1_000),
            conductor::at,
            Seed.of(1));
    private final Netstack stack =
            Netstack.attach(machine.cpu(0), NetSettings.defaults(), List.of(cable.near()), PartitionEvents.none());
    private final List<Runnable> later = new ArrayList<>();
    private final MemberCapture capture = new MemberCapture(3, Map.of(0, stack), seconds -> later::add);

    @BeforeEach
    void start() {
        machine.start();
        stack.routes(RouteTable.<Ifnet>empty().with(Ipv4Prefix.ALL, new Ifnet(5, 0)));
        stack.apply(BucketMap.masked(1, new int[] {0}));
        run();
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private void run() {
        conductor.runUntilQuiet(1_000_000);
    }

    private void echo() {
        final FlowKey flow =
                new FlowKey(Ipv4Address.parse("10.9.9.9"), 4000, Ipv4Address.parse("10.77.77.1"), 7, IpProto.UDP);
        cable.far().transmit(Mbuf.of(UdpDatagram.build(flow, new byte[4])), conductor.nowNs());
        run();
    }

    private long start(final CaptureRequest request) {
        final long id = capture.start(request).orElseThrow().id();
        run();
        return id;
    }

    private Optional<CaptureView> stop(final long id) {
        final CompletableFuture<Optional<CaptureView>> end = capture.stop(id);
        run();
        return end.join();
    }

    private List<PcapPacket> read(final long id) {
        return PcapReader.open(new ByteArrayInputStream(capture.read(id).orElseThrow()), "test").stream()
                .toList();
    }

    @Test
    void shouldGiveWhatPassedSinceTheLastRead() {
        echo();
        final long id = start(ALL);
        echo();
        assertThat(read(id)).hasSize(2);
        assertThat(read(id)).isEmpty();
        echo();
        assertThat(stop(id)).contains(new CaptureView(3, id, 4, 0));
        echo();
        assertThat(read(id)).hasSize(2);
        assertThat(read(id)).isEmpty();
        assertThat(capture.read(id)).as("forgotten once it is empty").isEmpty();
    }

    @Test
    void shouldKeepCapturesApart() {
        final long all = start(ALL);
        final long other = start(new CaptureRequest("lo0", null, null, null, null));
        echo();
        assertThat(read(all)).hasSize(2);
        assertThat(read(other)).isEmpty();
    }

    @Test
    void shouldTakeOnSoManyAndNoMore() {
        for (int i = 0; i < MemberCapture.MOST; i++) {
            start(ALL);
        }
        assertThat(capture.start(ALL)).isEmpty();
    }

    @Test
    void shouldEndByItselfWhenNobodyReads() {
        final long id = start(ALL);
        later.remove(0).run();
        run();
        assertThat(capture.read(id)).isEmpty();
        assertThat(stop(id)).isEmpty();
    }

    @Test
    void shouldGoOnAsLongAsSomebodyReads() {
        final long id = start(ALL);
        read(id);
        later.remove(0).run();
        echo();
        assertThat(read(id)).hasSize(2);
        later.remove(0).run();
        later.remove(0).run();
        run();
        assertThat(capture.read(id)).isEmpty();
    }
}
