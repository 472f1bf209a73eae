package odonata.node.member;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.PanicHandler;
import odonata.actors.kv.KvCounters;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.Ifnet;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetCounters;
import odonata.actors.nic.TunNic;
import odonata.node.http.ConnectionsQuery;
import odonata.node.http.ConnectionsView;
import odonata.node.http.DevicesView;
import odonata.node.http.FindQuery;
import odonata.node.http.FoundView;
import odonata.node.http.RoutesView;
import odonata.node.http.ThreadsView;
import odonata.node.launch.CommandFailure;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.route.RouteTable;
import odonata.ssi.membership.ClusterMember;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.membership.Member;
import odonata.ssi.membership.WirePeer;
import odonata.ssi.uplink.AeronUplink;
import odonata.ssi.uplink.Driver;
import odonata.ssi.uplink.PeerAddress;
import odonata.ssi.uplink.SharedMemory;
import odonata.ssi.uplink.UplinkEvents;
import odonata.ssi.uplink.frame.FaultCounters;
import odonata.ssi.uplink.frame.FrameSecret;
import odonata.ssi.wire.WireHub;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data plane of one member: CPUs, uplink, networks. It does what the cluster's state says.
 *
 * <p>Thread: the member's, except what says otherwise.
 */
final class Assembly implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);
    private static final Duration CONNECT = Duration.ofSeconds(20);

    /** Peers for which shared memory must have room. */
    private static final int LINKS = 8;

    private final Member self;
    private final Machine machine;
    private final Driver driver;
    private final AeronUplink uplink;
    private final Map<Integer, Netstack> stacks;
    private final UserLand users;
    private final MemberTrace trace;
    private final MemberCapture capture;
    private final WireHub hub;
    private final Wires wires;
    private final Set<Integer> peers = new HashSet<>();
    private long mapVersion;

    private Assembly(
            final Member self,
            final Machine machine,
            final Driver driver,
            final AeronUplink uplink,
            final Map<Integer, Netstack> stacks,
            final UserLand users,
            final WireHub hub,
            final Wires wires) {
        this.self = self;
        this.machine = machine;
        final IntFunction<Executor> after = seconds -> CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS);
        trace = new MemberTrace(machine, after);
        capture = new MemberCapture(self.id(), stacks, after);
        this.driver = driver;
        this.uplink = uplink;
        this.stacks = stacks;
        this.users = users;
        this.hub = hub;
        this.wires = wires;
    }

    /**
     * What the data plane is made from.
     *
     * @param self this member, with its ids
     * @param cpus its CPUs
     * @param settings of every part
     * @param name of the media driver's folder
     * @param endpoint where the uplink listens
     * @param secret authenticates frames
     * @param tun name of the TUN device that it opens; empty: none
     */
    record Plan(
            Member self,
            List<Integer> cpus,
            AllSettings settings,
            String name,
            AeronUplink.Endpoint endpoint,
            FrameSecret secret,
            Optional<String> tun) {}

    /**
     * Makes and starts everything. The media driver comes late: its client must be tended from then on, and does not survive
     * that the CPUs of a busy machine take long to start.
     */
    static Assembly start(
            final Plan plan,
            final ClusterMember control,
            final Executor thread,
            final UplinkEvents links,
            final PanicHandler panic) {
        final List<TunNic> tun = plan.tun().map(name -> openTun(name, plan)).orElse(List.of());
        final Machine machine = Machine.onWallClock(plan.self().id(), plan.cpus(), cpuSettings(plan), panic);
        final Map<Integer, Netstack> stacks = new LinkedHashMap<>();
        for (final Cpu cpu : machine.cpus()) {
            stacks.put(cpu.id(), Netstack.attach(cpu, plan.settings().net(), List.of(), control.partitionEvents()));
        }
        final UserLand users =
                UserLand.of(plan.self().id(), machine, stacks, plan.settings().services());
        final Driver driver = Driver.start(plan.settings().driver(), plan.name(), LINKS);
        final AeronUplink uplink = AeronUplink.of(
                machine,
                driver,
                plan.settings().uplink(),
                plan.endpoint(),
                plan.secret(),
                plan.self().incarnation(),
                links);
        machine.connect(uplink);
        final Wires wires =
                new Wires(control, stacks, thread, plan.settings().driver().liveness());
        final WireHub hub = hub(plan, driver, uplink, wires);
        wires.connect(hub);
        wires.own(tun);
        uplink.start(hub);
        machine.start();
        LOG.info("machine up member={} cpus={}", plan.self().id(), plan.cpus());
        return new Assembly(plan.self(), machine, driver, uplink, stacks, users, hub, wires);
    }

    private static List<TunNic> openTun(final String name, final Plan plan) {
        try {
            final List<TunNic> queues = TunNic.open(
                    name,
                    WirePeer.interfaceOf(plan.cpus().get(0)),
                    plan.settings().net().network(),
                    plan.settings().tun(),
                    plan.cpus().size());
            LOG.info(
                    "tun up device={} network={} queues={}",
                    queues.get(0).name(),
                    queues.get(0).prefix(),
                    queues.size());
            return queues;
        } catch (IOException e) {
            throw new CommandFailure(CommandFailure.USAGE, e.getMessage(), e);
        }
    }

    /** CPUs poll where others have as many cores: media driver, receiving agent, load generator, other members. */
    private static CpuSettings cpuSettings(final Plan plan) {
        final boolean hasCores =
                Runtime.getRuntime().availableProcessors() >= 2 * plan.cpus().size();
        return hasCores ? plan.settings().cpu() : plan.settings().cpu().withoutPolling();
    }

    private static WireHub hub(final Plan plan, final Driver driver, final AeronUplink uplink, final Wires wires) {
        return new WireHub(
                plan.self().id(),
                plan.self().incarnation(),
                uplink.endpoint().host() + ":" + uplink.endpoint().port(),
                driver,
                plan.secret(),
                plan.settings().wire(),
                new WallTime(),
                wires);
    }

    /** Fails with one line when the media driver would find too little shared memory. */
    static void checkSharedMemory(final AllSettings settings) {
        SharedMemory.of(settings.driver(), LINKS).check();
    }

    /** Connects to members that came, forgets those that went, gives every CPU the newest bucket map. */
    void follow(final ClusterState state) {
        for (final Member member : state.members()) {
            if (member.id() != self.id() && !peers.contains(member.id())) {
                final List<Integer> cpus = state.cpusOf(member.id());
                if (!cpus.isEmpty()) {
                    uplink.addPeer(addressOf(member, cpus));
                    peers.add(member.id());
                }
            }
        }
        apply(state.map());
        users.follow(state);
        wires.follow(state);
        for (final int peer : List.copyOf(peers)) {
            if (state.member(peer).isEmpty()) {
                uplink.removePeer(peer);
                peers.remove(peer);
            }
        }
    }

    private static PeerAddress addressOf(final Member member, final List<Integer> cpus) {
        final int colon = member.aeron().lastIndexOf(':');
        return new PeerAddress(
                member.id(),
                member.aeron().substring(0, colon),
                Integer.parseInt(member.aeron().substring(colon + 1)),
                cpus,
                member.incarnation());
    }

    private void apply(final BucketMap map) {
        if (map.cpus().length == 0 || map.version() <= mapVersion) {
            return;
        }
        boolean taken = true;
        for (final Netstack stack : stacks.values()) {
            taken &= stack.apply(map);
        }
        if (taken) {
            mapVersion = map.version();
        } else {
            LOG.warn("bucket map not taken version={}: a CPU's inbox is full, it is offered again", map.version());
        }
    }

    /** Tells the cluster of a device that this member alone has. */
    void announceDevice() {
        wires.announce();
    }

    /** Done when every known member is reachable in both directions. */
    CompletableFuture<Void> connected() {
        return uplink.awaitConnected(Set.copyOf(peers), CONNECT);
    }

    /** Members to which a link does not work now. Any thread. */
    List<Integer> unconnected(final ClusterState state) {
        return state.members().stream()
                .map(Member::id)
                .filter(id -> id != self.id() && !uplink.connected(id))
                .toList();
    }

    /** Done when load generators have stopped to send here, devices are empty and what they had is steered. */
    CompletableFuture<Void> stopIntake() {
        return wires.stopIntake().thenCompose(done -> {
            final List<CompletableFuture<Void>> all = new ArrayList<>();
            stacks.values().forEach(stack -> all.add(stack.drainDevices()));
            return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
        });
    }

    /** The drain was called off. */
    void resumeIntake() {
        wires.resumeIntake();
    }

    /** No other member finds a listener here any more, and the servers end as soon as they have answered. */
    void withdraw() {
        stacks.values().forEach(Netstack::withdraw);
        users.terminate();
    }

    /** TCP connections that processes of this member have. Any thread. */
    CompletableFuture<Integer> openConnections() {
        return EachCpu.ask(machine, cpu -> stacks.get(cpu.id()).sockets().connections())
                .thenApply(counts -> counts.stream().mapToInt(count -> count).sum());
    }

    /** What is handed in when this member leaves; see {@link StateViews}. Any thread. */
    Map<String, Long> finalCounters() {
        final Map<String, Long> counters = new HashMap<>();
        stacks.forEach((cpu, stack) -> {
            final NetCounters.Sample sample = stack.counters().sample();
            counters.put(StateViews.CPU_PACKETS + cpu, sample.get(NetCounter.SERVED));
            counters.put(StateViews.CPU_FLOWS + cpu, sample.get(NetCounter.FLOWS));
            sample.perInterface()
                    .forEach((id, packets) -> counters.merge(StateViews.INTERFACE_PACKETS + id, packets, Long::sum));
        });
        return counters;
    }

    Member self() {
        return self;
    }

    Machine machine() {
        return machine;
    }

    /** What its threads do. Any thread. */
    CompletableFuture<ThreadsView> threads() {
        return EachCpu.ask(machine, cpu -> new ThreadsView.CpuThreads(cpu.id(), cpu.threads()))
                .thenApply(cpus -> new ThreadsView(self.id(), cpus));
    }

    /** Those TCP connections, listeners and UDP sockets of its CPUs that are asked for. Any thread. */
    CompletableFuture<ConnectionsView> connections(final ConnectionsQuery query) {
        return Connections.of(self.id(), stacks, query);
    }

    /** Those TCP connections of its CPUs that somebody looks for. Any thread. */
    CompletableFuture<FoundView> find(final FindQuery query) {
        return Connections.find(stacks, query);
    }

    /** The route tables of its CPUs. Any thread. */
    CompletableFuture<RoutesView> routes() {
        return EachStack.ask(stacks, Netstack::routes)
                .thenApply(tables -> new RoutesView(
                        self.id(),
                        tables.entrySet().stream()
                                .map(each -> cpuRoutes(each.getKey(), each.getValue()))
                                .toList()));
    }

    private static RoutesView.CpuRoutes cpuRoutes(final int cpu, final RouteTable<Ifnet> table) {
        return new RoutesView.CpuRoutes(
                cpu,
                table.routes().entrySet().stream()
                        .map(route -> new RoutesView.Route(
                                route.getKey().toString(),
                                route.getValue().ifIndex(),
                                route.getValue().cpu(),
                                route.getValue().mtu()))
                        .toList());
    }

    /** Its network devices, and the one that each of its CPUs has for itself. Any thread. */
    CompletableFuture<DevicesView> devices() {
        return EachStack.ask(stacks, Netstack::devices).thenApply(lines -> Devices.viewOf(self.id(), lines, stacks));
    }

    MemberCapture capture() {
        return capture;
    }

    MemberTrace trace() {
        return trace;
    }

    AeronUplink uplink() {
        return uplink;
    }

    Map<Integer, Netstack> stacks() {
        return stacks;
    }

    /** What each CPU counts about its keys. Any thread. */
    Map<Integer, KvCounters> keys() {
        return users.keys();
    }

    /** Frames that the wires dropped, by cause. */
    FaultCounters wireFaults() {
        return hub.faults();
    }

    @Override
    public void close() {
        machine.close();
        wires.close();
        uplink.close();
        driver.close();
    }
}
