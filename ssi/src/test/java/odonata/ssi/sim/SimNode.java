package odonata.ssi.sim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.Ifnet;
import odonata.actors.netisr.NetCounter;
import odonata.actors.nic.LinkNic;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.route.RouteTable;
import odonata.protocol.wire.Mbuf;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.membership.DrainStage;
import odonata.ssi.membership.Member;
import odonata.ssi.membership.MemberListener;
import odonata.ssi.membership.MemberState;
import odonata.testkit.WatchedNic;

/**
 * A member process in virtual time: what {@code MemberNode} and {@code Assembly} of module {@code node} do with real parts, with
 * simulated ones. One device, on a CPU that chance chooses.
 */
final class SimNode implements MemberListener {
    private static final long LOOK_AGAIN_NS = 100_000;

    private final SimCluster cluster;
    private final Seed seed;
    private final SimMember control;
    private final Map<Integer, Netstack> stacks = new LinkedHashMap<>();
    private final Map<Integer, List<Integer>> peers = new TreeMap<>();
    private Optional<Machine> machine = Optional.empty();
    private SimUplink uplink;
    private LinkNic.Pair cable;
    private Member self;
    private long mapVersion;
    private boolean ready;
    private boolean loaded;
    private boolean saidIntake;
    private boolean released;
    private boolean isolated;

    SimNode(final SimCluster cluster, final Seed seed, final int cpus) {
        this.cluster = cluster;
        this.seed = seed;
        control = cluster.plane.join(cpus, this);
        final var unused = control.joined().thenAccept(this::assemble);
    }

    private void assemble(final Member member) {
        self = member;
        final List<Integer> ids = control.state().orElseThrow().cpusOf(member.id());
        final Machine made =
                Machine.inVirtualTime(cluster.conductor, member.id(), ids, cpuSettings(), cluster::panicked);
        uplink = cluster.network.attach(made);
        made.connect(uplink);
        final int device = 10 * member.id();
        final Cpu deviceCpu = made.cpus().get(seed.nextInt(ids.size()));
        cable = LinkNic.cable(
                device,
                Ipv4Prefix.ALL,
                cluster.netSettings.network(),
                SimCluster.CABLE,
                cluster.conductor::at,
                seed.split(1));
        cable.far().start(() -> cable.far().receive(cluster::answered, Integer.MAX_VALUE, 0));
        final RouteTable<Ifnet> routes =
                RouteTable.<Ifnet>empty().with(Ipv4Prefix.ALL, new Ifnet(device, deviceCpu.id()));
        for (final Cpu cpu : made.cpus()) {
            final List<WatchedNic> nics = cpu == deviceCpu
                    ? List.of(new WatchedNic(cable.near(), mbuf -> cluster.flows.taken(cpu.id(), device, mbuf)))
                    : List.of();
            final Netstack stack = Netstack.attach(cpu, cluster.netSettings, nics, control.partitionEvents());
            stack.tap(cluster.flows::served);
            stacks.put(cpu.id(), stack);
            cluster.load.attach(cpu, seed.split(100 + cpu.id()), this::targets);
        }
        made.start();
        stacks.values().forEach(stack -> stack.routes(routes));
        machine = Optional.of(made);
    }

    private CpuSettings cpuSettings() {
        final CpuSettings d = CpuSettings.defaults();
        return new CpuSettings(
                cluster.ringCapacity,
                cluster.ringCapacity == d.ringCapacity() ? d.uplinkCapacity() : 16,
                d.ringBatch(),
                d.throughput(),
                d.turn(),
                d.spins(),
                d.yields(),
                d.highwater(),
                d.inbox(),
                d.rollupBatch(),
                d.accounting(),
                d.ktr());
    }

    @Override
    public void onState(final ClusterState state) {
        cluster.flows.published(state.map());
        if (machine.isPresent() && !isolated) {
            follow(state);
        }
    }

    private void follow(final ClusterState state) {
        for (final Member member : state.members()) {
            final List<Integer> cpus = state.cpusOf(member.id());
            if (member.id() != self.id() && !cpus.isEmpty() && peers.putIfAbsent(member.id(), cpus) == null) {
                uplink.addCpus(cpus);
            }
        }
        apply(state.map());
        for (final int peer : List.copyOf(peers.keySet())) {
            if (state.member(peer).isEmpty()) {
                final Set<Integer> cpus = new TreeSet<>(peers.remove(peer));
                uplink.removeCpus(cpus);
                cpus().forEach(cpu -> cpu.inject(() -> cpu.hostDown(cpus)));
            }
        }
        state.member(self.id()).ifPresent(this::act);
    }

    private void apply(final BucketMap map) {
        if (map.cpus().length == 0 || map.version() <= mapVersion) {
            return;
        }
        mapVersion = map.version();
        stacks.values().forEach(stack -> stack.apply(map));
    }

    private void act(final Member member) {
        if (member.state() == MemberState.JOINING && !ready) {
            readyWhenConnected();
        }
        if (member.state() == MemberState.UP && !loaded) {
            loaded = true;
            cpus().forEach(cpu -> cluster.load.start(cpu, cluster.loadUntilNs()));
        }
        if (member.drain() == DrainStage.INTAKE && !saidIntake) {
            saidIntake = true;
            stopIntake();
        }
        if (member.state() == MemberState.UP && saidIntake) {
            saidIntake = false;
        }
        if (member.drain() == DrainStage.RELEASED && !released) {
            released = true;
            cluster.messages.leaving(cpuIds());
            final var unused = control.leave(Map.of()).thenRun(() -> isolate(false));
        }
    }

    private void readyWhenConnected() {
        if (isolated || ready) {
            return;
        }
        if (peers.keySet().stream().allMatch(peer -> cluster.connected(this, peer))) {
            ready = true;
            control.ready();
            return;
        }
        cluster.conductor.at(cluster.conductor.nowNs() + LOOK_AGAIN_NS, this::readyWhenConnected);
    }

    boolean knows(final SimNode other) {
        return uplink != null && other.self != null && peers.containsKey(other.self.id());
    }

    /** Clients have stopped at once; what is on the cable arrives, then the devices are emptied. */
    private void stopIntake() {
        cluster.conductor.at(cluster.conductor.nowNs() + SimCluster.CABLE_EMPTY_NS, () -> {
            if (!isolated) {
                final CompletableFuture<?>[] drained =
                        stacks.values().stream().map(Netstack::drainDevices).toArray(CompletableFuture<?>[]::new);
                final var unused = CompletableFuture.allOf(drained).thenRun(control::intakeStopped);
            }
        });
    }

    /** From now on nothing reaches the others from here, nor from them; the CPUs are stopped when none of them is in a step. */
    void isolate(final boolean dead) {
        isolated = true;
        machine.ifPresent(made -> {
            uplink.removeCpus(uplink.cpus());
            cluster.messages.gone(cpuIds());
            if (dead) {
                cluster.flows.crashed(cpuIds());
            } else {
                cluster.flows.gone(cpuIds());
            }
            cluster.network.detach(made);
            cluster.toClose(this);
        });
    }

    void crash() {
        isolate(true);
        cluster.plane.crash(control);
    }

    void close() {
        machine.ifPresent(Machine::close);
        machine = Optional.empty();
    }

    /** A packet from a client; false when nobody listens to clients here. */
    boolean send(final byte[] packet) {
        return takesPackets() && cable.far().transmit(Mbuf.of(packet), cluster.conductor.nowNs());
    }

    boolean takesPackets() {
        return up() && !saidIntake;
    }

    boolean up() {
        return running()
                && control.self()
                        .filter(member -> member.state() == MemberState.UP)
                        .isPresent();
    }

    boolean running() {
        return machine.isPresent() && !isolated;
    }

    /** CPUs of all members that this one takes for connected. */
    private List<Integer> targets() {
        return control.state()
                .map(state -> state.members().stream()
                        .filter(member -> member.state() != MemberState.JOINING)
                        .flatMap(member -> state.cpusOf(member.id()).stream())
                        .toList())
                .orElse(List.of());
    }

    SimMember control() {
        return control;
    }

    int id() {
        return self == null ? 0 : self.id();
    }

    List<Cpu> cpus() {
        return machine.map(Machine::cpus).orElse(List.of());
    }

    private List<Integer> cpuIds() {
        return List.copyOf(stacks.keySet());
    }

    Map<Integer, Netstack> stacks() {
        return stacks;
    }

    boolean isolated() {
        return isolated;
    }

    long sum(final NetCounter counter) {
        return stacks.values().stream()
                .mapToLong(stack -> stack.counters().get(counter))
                .sum();
    }
}
