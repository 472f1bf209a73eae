package odonata.actors.net;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.netisr.Ifnet;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.nic.LinkNic;
import odonata.actors.nic.LinkNic.Quality;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.route.RouteTable;
import odonata.protocol.wire.Mbuf;

/** CPUs with the network, in virtual time; a cable from one of them leads to the test. */
final class StackWorld implements AutoCloseable {
    static final String CLUSTER = "10.77.77.1";
    static final int DEVICE = 5;

    final Conductor conductor = Conductor.create(CostModel.defaults());
    final NetSettings settings;
    final List<Netstack> stacks = new ArrayList<>();
    final List<Mbuf> answers = new ArrayList<>();
    final List<String> reports = new ArrayList<>();
    /** Panics are failures unless this has an entry before. */
    final List<String> panics = new ArrayList<>();

    final Machine machine;
    final LinkNic.Pair cable;

    StackWorld(final int cpus, final int deviceCpu, final Quality quality, final long seed) {
        this(cpus, deviceCpu, quality, seed, NetSettings.defaults());
    }

    StackWorld(
            final int cpus, final int deviceCpu, final Quality quality, final long seed, final NetSettings settings) {
        this.settings = settings;
        final int[] ids = IntStream.range(0, cpus).toArray();
        machine = Machine.inVirtualTime(
                conductor, 1, IntStream.of(ids).boxed().toList(), CpuSettings.defaults(), (cpu, cause) -> {
                    if (panics.isEmpty()) {
                        throw new AssertionError("panic of " + cpu, cause);
                    }
                    panics.add(String.valueOf(cause));
                });
        cable = LinkNic.cable(DEVICE, Ipv4Prefix.ALL, settings.network(), quality, conductor::at, Seed.of(seed));
        cable.far().start(() -> cable.far().receive(answers::add, Integer.MAX_VALUE, conductor.nowNs()));
        final RouteTable<Ifnet> routes = RouteTable.<Ifnet>empty().with(Ipv4Prefix.ALL, new Ifnet(DEVICE, deviceCpu));
        for (final Cpu cpu : machine.cpus()) {
            final List<LinkNic> nics = cpu.id() == deviceCpu ? List.of(cable.near()) : List.of();
            final Netstack stack = Netstack.attach(cpu, settings, nics, new Reports());
            stacks.add(stack);
        }
        machine.start();
        stacks.forEach(stack -> stack.routes(routes));
    }

    static StackWorld of(final int cpus, final int deviceCpu) {
        return new StackWorld(cpus, deviceCpu, Quality.perfect(10_000_000_000L, 10_000), 1);
    }

    /** Every bucket is {@code owner}'s. */
    static BucketMap all(final long version, final int cpus, final int owner, final int from) {
        final int[] owners = new int[BucketMap.BUCKETS];
        Arrays.fill(owners, owner);
        final int[] froms = new int[BucketMap.BUCKETS];
        Arrays.fill(froms, from);
        return new BucketMap(version, IntStream.range(0, cpus).toArray(), owners, froms);
    }

    StackWorld apply(final BucketMap map) {
        stacks.forEach(stack -> stack.apply(map));
        return this;
    }

    /** Buckets spread over all CPUs. */
    StackWorld spread() {
        return apply(BucketMap.masked(1, IntStream.range(0, stacks.size()).toArray()));
    }

    void send(final byte... packet) {
        cable.far().transmit(Mbuf.of(packet), conductor.nowNs());
    }

    StackWorld run() {
        conductor.runUntilQuiet(5_000_000);
        return this;
    }

    long sum(final NetCounter counter) {
        return stacks.stream().mapToLong(stack -> stack.counters().get(counter)).sum();
    }

    long of(final int cpu, final NetCounter counter) {
        return stacks.get(cpu).counters().get(counter);
    }

    long drops() {
        return stacks.stream()
                .mapToLong(stack -> stack.counters().sample().drops())
                .sum();
    }

    @Override
    public void close() {
        machine.close();
    }

    private final class Reports implements PartitionEvents {
        @Override
        public void applied(final int cpu, final long version) {
            reports.add("applied " + cpu + " " + version);
        }

        @Override
        public void tookOver(final int cpu, final long version) {
            reports.add("tookOver " + cpu + " " + version);
        }

        @Override
        public void left(final int cpu, final long version) {
            reports.add("left " + cpu + " " + version);
        }
    }
}
