package odonata.node.member;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.Ifnet;
import odonata.actors.nic.Nic;
import odonata.protocol.errno.NetError;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.route.RouteChange;
import odonata.ssi.membership.ClusterMember;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.membership.WirePeer;
import odonata.ssi.wire.WireAddress;
import odonata.ssi.wire.WireHub;
import odonata.ssi.wire.WireListener;
import odonata.ssi.wire.WireNic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wires of this member, and its own device if it has one: each load generator that said hello to any member gets a device on every member, on one of its
 * CPUs, and a route to its clients. The number of the interface is the load generator's own number, so that it is the same on
 * all members.
 *
 * <p>Thread: the member's; what the hub reports on its agent's thread is passed on to it.
 */
final class Wires implements WireListener {
    private static final Logger LOG = LoggerFactory.getLogger(Wires.class);

    /** What was sent to other CPUs is answered by then; who wants certainty waits for the answers before it says goodbye. */
    private static final Duration ANSWERS = Duration.ofMillis(100);

    /** A load generator that was taken for gone before it was linked to this member does not come after that. */
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    /** How long a drain waits for one that is not linked, and so may never answer. */
    private static final Duration UNLINKED = Duration.ofSeconds(3);

    private final ClusterMember control;
    private final Map<Integer, Netstack> stacks;
    private final List<Integer> cpus;
    private final Executor member;
    private final Duration liveness;
    private final Map<Integer, Wire> wires = new HashMap<>();
    private final Map<Ifnet, Ipv4Prefix> devices = new HashMap<>();
    private final Map<Ipv4Prefix, Ifnet> routes = new HashMap<>();
    private List<Device> own = List.of();
    private WireHub hub;
    private int next;
    private boolean stopped;

    private record Wire(WireNic nic, int cpu, Ipv4Prefix prefix) {}

    private record Device(Nic nic, int cpu) {}

    Wires(
            final ClusterMember control,
            final Map<Integer, Netstack> stacks,
            final Executor member,
            final Duration liveness) {
        this.liveness = liveness;
        this.control = control;
        this.stacks = stacks;
        this.cpus = List.copyOf(stacks.keySet());
        this.member = member;
    }

    /** The hub, once; before the first {@link #follow}. */
    void connect(final WireHub wireHub) {
        hub = wireHub;
    }

    /** The queues of a device of this member alone, for its first CPUs; all members get a route to it. Once, before the machine starts. */
    void own(final List<? extends Nic> queues) {
        own = IntStream.range(0, queues.size())
                .mapToObj(i -> new Device(queues.get(i), cpus.get(i)))
                .toList();
        own.forEach(queue -> stacks.get(queue.cpu()).add(queue.nic()));
    }

    /** Tells the cluster of this member's own device; when it may own buckets. */
    void announce() {
        own.stream()
                .limit(1)
                .forEach(queue -> control.wirePeerAdded(
                        WirePeer.ofDevice(queue.cpu(), queue.nic().prefix().toString())));
    }

    /** Makes devices for load generators that came, and tells them of members that are gone. One that the cluster no longer knows keeps its device here until its link ends. */
    void follow(final ClusterState state) {
        state.departed().forEach(member -> hub.memberGone(member.id()));
        boolean changed = followDevices(state);
        for (final WirePeer peer : state.wirePeers()) {
            if (peer.deviceCpu().isEmpty() && !wires.containsKey((int) peer.client()) && !stopped) {
                changed |= attach(peer);
            }
        }
        if (changed) {
            route();
        }
        for (final int client : List.copyOf(wires.keySet())) {
            if (state.wirePeers().stream().noneMatch(peer -> peer.client() == client)) {
                after(FAREWELL).execute(() -> retireUnused(client));
            }
        }
    }

    /** Devices that one CPU of the cluster has; true when some came or went. */
    private boolean followDevices(final ClusterState state) {
        final Map<Ifnet, Ipv4Prefix> behind = new HashMap<>();
        for (final WirePeer peer : state.wirePeers()) {
            peer.deviceCpu()
                    .ifPresent(cpu -> behind.put(
                            new Ifnet((int) peer.client(), cpu, Ifnet.ETHER_MTU), Ipv4Prefix.parse(peer.prefix())));
        }
        final boolean changed = !behind.equals(devices);
        devices.clear();
        devices.putAll(behind);
        return changed;
    }

    private boolean attach(final WirePeer peer) {
        final int client = (int) peer.client();
        try {
            final Ipv4Prefix prefix = Ipv4Prefix.parse(peer.prefix());
            final WireNic nic = hub.attach(new WireAddress(client, prefix, peer.endpoint()), client);
            final int cpu = cpus.get(next++ % cpus.size());
            stacks.get(cpu).add(nic);
            wires.put(client, new Wire(nic, cpu, prefix));
            return true;
        } catch (RuntimeException e) {
            LOG.warn("no wire to client={} endpoint={}", client, peer.endpoint(), e);
            return false;
        }
    }

    /** Changes, of the routes that stand here, those that are other ones now; what others have added stays. */
    private void route() {
        final Map<Ipv4Prefix, Ifnet> wanted = new HashMap<>();
        wires.values()
                .forEach(wire -> wanted.put(
                        wire.prefix(),
                        new Ifnet(wire.nic().ifIndex(), wire.cpu(), wire.nic().mtu())));
        devices.forEach((device, prefix) -> wanted.put(prefix, device));
        for (final Ipv4Prefix prefix : List.copyOf(routes.keySet())) {
            if (!wanted.containsKey(prefix)) {
                routes.remove(prefix);
                change(RouteChange.delete(prefix));
            }
        }
        wanted.forEach((prefix, to) -> {
            final Ifnet before = routes.put(prefix, to);
            if (before == null) {
                change(RouteChange.add(prefix, to));
            } else if (!before.equals(to)) {
                change(RouteChange.change(prefix, to));
            }
        });
    }

    private void change(final RouteChange<Ifnet> change) {
        final CompletableFuture<Void> told = stacks.get(cpus.get(0))
                .route(change)
                .thenAccept(error -> {
                    if (error != NetError.OK) {
                        LOG.warn("route not changed change={} error={}", change, error);
                    }
                });
        LOG.debug("route change={} done={}", change, told.isDone());
    }

    private void retireUnused(final int client) {
        if (wires.containsKey(client) && !wires.get(client).nic().inUse()) {
            retire(client);
        }
    }

    private void retire(final int client) {
        final Wire wire = wires.remove(client);
        if (wire != null) {
            route();
            final CompletableFuture<Void> removed =
                    stacks.get(wire.cpu()).remove(wire.nic()).thenRun(wire.nic()::close);
            LOG.debug("wire retired client={} removed={}", client, removed.isDone());
        }
    }

    /**
     * Done when no load generator sends to this member any more; one that does not answer is waited for until its link is dead. The member's
     * own device is gone then: who came in by it needs another way into the cluster.
     */
    CompletableFuture<Void> stopIntake() {
        stopped = true;
        final List<CompletableFuture<Void>> all = new ArrayList<>();
        for (final Wire wire : wires.values()) {
            final Duration patience = wire.nic().inUse() ? liveness : UNLINKED;
            all.add(wire.nic().down().copy().completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS));
        }
        own.forEach(queue -> all.add(stacks.get(queue.cpu()).remove(queue.nic()).thenRun(queue.nic()::close)));
        own = List.of();
        return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
    }

    /** The drain was called off. */
    void resumeIntake() {
        stopped = false;
    }

    /** Gives the member's own device back to the system. */
    void close() {
        own.forEach(queue -> queue.nic().close());
    }

    private Executor after(final Duration delay) {
        return CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, member);
    }

    @Override
    public void hello(final WireAddress address) {
        member.execute(() -> {
            if (!stopped && !wires.containsKey(address.client())) {
                control.wirePeerAdded(
                        new WirePeer(address.client(), address.prefix().toString(), address.endpoint()));
            }
        });
    }

    @Override
    public CompletionStage<Void> bye(final int client) {
        return CompletableFuture.runAsync(() -> {}, after(ANSWERS));
    }

    @Override
    public void gone(final int client, final boolean vanished) {
        member.execute(() -> {
            LOG.info("load generator gone client={} vanished={}", client, vanished);
            retire(client);
            control.wirePeerRemoved(client);
        });
    }
}
