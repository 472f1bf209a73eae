package odonata.actors.netisr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.nic.LinkNic;
import odonata.actors.nic.LinkNic.Quality;
import odonata.actors.nic.Packets;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;
import org.junit.jupiter.api.Test;

/** I41: from the interrupt to the protocol thread a flow keeps its order, also while its bucket moves. */
class FlowOrderTest {
    private static final int FLOWS = 40;
    private static final List<Integer> IDS = List.of(0, 1, 2);

    private final Conductor conductor = Conductor.create(CostModel.defaults());
    private final List<CpuNet> nets = new ArrayList<>();
    private final Map<Integer, Long> last = new HashMap<>();
    private final int[] sent = new int[FLOWS];
    private long served;

    /** Stands for the tcp_thread: checks each segment's number. */
    private final class Witness extends ProtoThread {
        private Witness(final Td td, final CpuNet net, final CpuNet.Lane lane) {
            super(td, net, lane);
        }

        @Override
        protected Handlers<NetMsg> handlers() {
            return commonHandlers()
                    .on(NetMsg.MapChanged.class, this::unexpected)
                    .on(NetMsg.Marker.class, this::unexpected)
                    .on(NetMsg.Handover.class, this::unexpected)
                    .on(NetMsg.Output.class, this::unexpected)
                    .on(NetMsg.Pru.class, this::unexpected)
                    .on(NetMsg.PruSend.class, this::unexpected);
        }

        @Override
        protected void input(final Mbuf mbuf, final int bucket) {
            final int flow = NetOrder.getShort(mbuf.data(), mbuf.offset() + 20);
            final long number = NetOrder.getInt(mbuf.data(), mbuf.offset() + 24);
            assertThat(number).as("flow %d on cpu %d", flow, td().cpu()).isEqualTo(last.getOrDefault(flow, 0L) + 1);
            last.put(flow, number);
            served++;
        }
    }

    private void attach(final Cpu cpu) {
        final CpuNet net = new CpuNet(cpu, NetSettings.defaults(), PartitionEvents.none());
        net.mport().register(IpProto.TCP, IpMport.threads(Port.TCP_THREAD));
        final CpuNet.Lane lane = net.enrol(Port.TCP_THREAD, Optional.of(new FlowCounters(100, 1)));
        cpu.spawn(
                "witness",
                Pri.KERN_DAEMON,
                Port.TCP_THREAD,
                ThreadClass.TCP,
                LwktThread.behavior(td -> new Witness(td, net, lane)));
        cpu.spawn("netisr", Pri.KERN_DAEMON, Port.NETISR, ThreadClass.NETISR, NetisrThread.create(net));
        nets.add(net);
    }

    private LinkNic device(final int cpu, final long seed) {
        final LinkNic.Pair cable = LinkNic.cable(
                5,
                Ipv4Prefix.ALL,
                Ipv4Prefix.ALL,
                Quality.perfect(20_000_000_000L, 1000),
                conductor::at,
                Seed.of(seed));
        final Port<IntrMsg> port = new Port<>(cpu, Port.INTR0);
        final InterruptThread.Doorbell bell = new InterruptThread.Doorbell(nets.get(cpu), port);
        nets.get(cpu)
                .cpu()
                .spawn(
                        "intr",
                        Pri.INT_MED,
                        port.index(),
                        ThreadClass.INTERRUPT,
                        InterruptThread.create(nets.get(cpu), cable.near(), bell));
        cable.near().start(bell);
        return cable.far();
    }

    private void apply(final int cpu, final BucketMap map) {
        nets.get(cpu)
                .cpu()
                .injectMsg(
                        new Port<NetMsg>(cpu, Port.NETISR), Msg.init((NetMsg) new NetMsg.MapChanged(map), Port.none()));
    }

    private static BucketMap map(final long version, final int owner, final int from) {
        final int[] owners = new int[BucketMap.BUCKETS];
        Arrays.fill(owners, owner);
        final int[] froms = new int[BucketMap.BUCKETS];
        Arrays.fill(froms, from);
        return new BucketMap(version, IDS.stream().mapToInt(i -> i).toArray(), owners, froms);
    }

    private void sendNext(final LinkNic far, final int flow) {
        final byte[] segment = Packets.tcp("10.1.1.1", flow, "10.77.77.1", 80, 0);
        NetOrder.putInt(segment, 24, ++sent[flow]);
        far.transmit(Mbuf.of(segment), conductor.nowNs());
    }

    @Test
    void shouldKeepTheOrderOfEachFlowWhileItsBucketMoves() {
        for (int round = 0; round < 20; round++) {
            final Seed seed = Seed.of(500 + round);
            nets.clear();
            last.clear();
            Arrays.fill(sent, 0);
            served = 0;
            try (Machine machine = Machine.inVirtualTime(conductor, 1, IDS, CpuSettings.defaults(), (cpu, cause) -> {
                throw new AssertionError("seed " + seed.origin() + ": panic of " + cpu, cause);
            })) {
                machine.cpus().forEach(this::attach);
                final LinkNic far = device(seed.nextInt(3), seed.origin());
                machine.start();
                int owner = 0;
                IDS.forEach(cpu -> apply(cpu, map(1, 0, BucketMap.NONE)));
                for (long version = 2; version < 8; version++) {
                    final int from = owner;
                    owner = (owner + 1 + seed.nextInt(2)) % 3;
                    final BucketMap next = map(version, owner, from);
                    IDS.forEach(cpu -> conductor.at(conductor.nowNs() + seed.nextInt(30_000), () -> apply(cpu, next)));
                    for (int i = 0; i < 300; i++) {
                        final int flow = seed.nextInt(FLOWS);
                        conductor.at(conductor.nowNs() + seed.nextInt(50_000), () -> sendNext(far, flow));
                    }
                    conductor.runUntilQuiet(1_000_000);
                }
                assertThat(served).as("seed %d", seed.origin()).isEqualTo(1800);
            }
        }
    }
}
