package odonata.ssi.uplink;

import io.aeron.Aeron;
import io.aeron.ChannelUriStringBuilder;
import io.aeron.ConcurrentPublication;
import io.aeron.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.Uplink;
import odonata.config.ConfigException;
import odonata.protocol.clock.Clock;
import odonata.ssi.codec.PayloadCodec;
import odonata.ssi.codec.WireRegistry;
import odonata.ssi.uplink.frame.FaultCounters;
import odonata.ssi.uplink.frame.FrameSecret;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The uplink of a member: a {@link Link} to each other member, one receiving agent.
 *
 * <p>Order: first in, first out per ordered pair of CPUs. Nothing is lost while both members live: a CPU that sends faster than
 * the target takes is refused ({@link #offer} false) until the target has taken some. Threads: {@link #offer} and {@link #flush}
 * on the carrier of the CPU that sends; {@link #addPeer}, {@link #removePeer} on any one control thread; counters anywhere.
 */
public final class AeronUplink implements Uplink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AeronUplink.class);
    private static final int STREAM = 2003;
    private static final String PURPOSE = "uplink";

    private final int member;
    private final List<LocalCpu> cpus;
    private final Driver driver;
    private final UplinkSettings settings;
    private final FrameSecret secret;
    private final long incarnation;
    private final int capacity;
    private final Subscription subscription;
    private final Endpoint endpoint;
    private final Map<Integer, Link> links = new ConcurrentHashMap<>();
    private final Int2ObjectHashMap<PayloadCodec> codecs = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<Sender> senders = new Int2ObjectHashMap<>();
    private final FaultCounters faults = new FaultCounters();
    private final UplinkEvents events;
    private final Receiver receiver;
    private AgentRunner runner;
    private boolean failed;
    private volatile Int2ObjectHashMap<Route> routes = new Int2ObjectHashMap<>();

    private record Route(Link link, int index) {}

    /** What a CPU here sends. Thread: its carrier. */
    private static final class Sender {
        private final int cpu;
        private final List<Outlet> dirty = new ArrayList<>();
        private Link link;
        private Outlet outlet;

        Sender(final int cpu) {
            this.cpu = cpu;
        }

        /** The outlet to a member; usually that of the last one. */
        Outlet outlet(final Link to) {
            if (to != link) {
                link = to;
                outlet = to.outlet(cpu);
            }
            return outlet;
        }
    }

    /** Where this member's uplink listens. */
    public record Endpoint(String host, int port) {}

    /** The uplink of a machine; {@link Machine#connect} it before the machine starts, then {@link #start}. */
    public static AeronUplink of(
            final Machine machine,
            final Driver driver,
            final UplinkSettings settings,
            final Endpoint bind,
            final FrameSecret secret,
            final long incarnation,
            final UplinkEvents events) {
        machine.cpus().forEach(cpu -> checkRing(cpu.settings(), settings));
        return new AeronUplink(
                machine.member(),
                machine.cpus().stream()
                        .map(cpu -> LocalCpu.of(cpu, poolOf(cpu.settings(), settings)))
                        .toList(),
                driver,
                settings,
                bind,
                secret,
                incarnation,
                machine.cpus().get(0).clock(),
                events);
    }

    AeronUplink(
            final int member,
            final List<LocalCpu> cpus,
            final Driver driver,
            final UplinkSettings settings,
            final Endpoint bind,
            final FrameSecret secret,
            final long incarnation,
            final Clock clock,
            final UplinkEvents events) {
        this.member = member;
        this.cpus = cpus;
        this.driver = driver;
        this.settings = settings;
        this.secret = secret;
        this.incarnation = incarnation;
        this.events = events;
        this.capacity = driver.maxFrame();
        final WireRegistry registry = WireRegistry.load();
        cpus.forEach(cpu -> {
            codecs.put(cpu.id(), new PayloadCodec(registry));
            senders.put(cpu.id(), new Sender(cpu.id()));
        });
        this.subscription = driver.aeron()
                .addSubscription(
                        new ChannelUriStringBuilder()
                                .media("udp")
                                .endpoint(bind.host() + ":" + bind.port())
                                .rejoin(false)
                                .build(),
                        STREAM);
        this.endpoint = new Endpoint(bind.host(), driver.portOf(subscription));
        this.receiver = new Receiver(
                member,
                subscription,
                driver.housekeeping(),
                links,
                new PayloadCodec(registry),
                faults,
                events,
                settings,
                capacity,
                clock,
                new AgentHooks());
    }

    private static CreditPool poolOf(final CpuSettings cpu, final UplinkSettings uplink) {
        return new CreditPool(uplink.slotsLeft(cpu.uplinkCapacity()));
    }

    private static void checkRing(final CpuSettings cpu, final UplinkSettings uplink) {
        if (cpu.uplinkCapacity() < uplink.ringCapacity()) {
            throw new ConfigException(
                    "lwkt.ipiq.uplink-capacity",
                    cpu.uplinkCapacity(),
                    "at least " + uplink.ringCapacity()
                            + ", as it holds all credit that is given: odonata.uplink.window=" + uplink.window()
                            + " for each of odonata.uplink.max-cpus=" + uplink.maxCpus());
        }
    }

    /** Starts the receiving agent; {@code companions} get their turns on its thread. */
    public AeronUplink start(final Agent... companions) {
        runner = new AgentRunner(
                new PacedIdle(driver.settings(), PacedIdle.YIELDS, receiver::busy),
                this::failed,
                null,
                companions.length == 0 ? receiver : composite(companions));
        AgentRunner.startOnThread(runner, task -> {
            final Thread thread = new Thread(task, receiver.roleName());
            thread.setDaemon(true);
            return thread;
        });
        LOG.info(
                "uplink up member={} endpoint={}:{} window={}",
                member,
                endpoint.host(),
                endpoint.port(),
                settings.window());
        return this;
    }

    /** What it is told again is a consequence of the first. Thread: the agent's. */
    private void failed(final Throwable cause) {
        if (!failed) {
            failed = true;
            LOG.error("uplink agent of member {}", member, cause);
            events.uplinkFailed(cause);
        }
    }

    private Agent composite(final Agent... companions) {
        final List<Agent> all = new ArrayList<>(List.of(companions));
        all.add(0, receiver);
        return new CompositeAgent(all);
    }

    /** Where other members reach this one. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** This member as others need it for {@link #addPeer}. */
    public PeerAddress address() {
        return new PeerAddress(
                member,
                endpoint.host(),
                endpoint.port(),
                cpus.stream().map(LocalCpu::id).toList(),
                incarnation);
    }

    /** Makes the CPUs of another member reachable; entries flow as soon as it has done the same. Repeating changes nothing. */
    public synchronized void addPeer(final PeerAddress peer) {
        if (links.containsKey(peer.member())) {
            return;
        }
        final int known = links.values().stream()
                .mapToInt(link -> link.peer().cpus().size())
                .sum();
        if (known + peer.cpus().size() > settings.maxCpus()) {
            throw new IllegalStateException(
                    "member " + peer.member() + " brings " + peer.cpus().size() + " CPUs to "
                            + known + " known ones, the rings hold credit for " + settings.maxCpus()
                            + ": raise odonata.uplink.max-cpus on every member (and lower odonata.uplink.window)");
        }
        final Aeron aeron = driver.aeron();
        final ConcurrentPublication publication = aeron.addPublication(
                new ChannelUriStringBuilder()
                        .media("udp")
                        .endpoint(peer.host() + ":" + peer.port())
                        .build(),
                STREAM);
        final Link link = new Link(
                member,
                cpus,
                peer,
                wayTo(peer, FrameSink.of(publication)),
                codecs::get,
                settings,
                capacity,
                keys(peer));
        links.put(peer.member(), link);
        final Int2ObjectHashMap<Route> more = new Int2ObjectHashMap<>(routes);
        for (int i = 0; i < peer.cpus().size(); i++) {
            more.put(peer.cpus().get(i), new Route(link, i));
        }
        routes = more;
        LOG.info(
                "link up from={} to={} endpoint={}:{} cpus={}",
                member,
                peer.member(),
                peer.host(),
                peer.port(),
                peer.cpus());
    }

    private Way wayTo(final PeerAddress peer, final FrameSink far) {
        return settings.sharedMemory() ? Way.nearest(far, peer.host(), driver, member, peer.member()) : Way.far(far);
    }

    private Link.Keys keys(final PeerAddress peer) {
        final IntFunction<Optional<FrameSecret.Code>> outgoing =
                cpu -> secret.code(PURPOSE, member, incarnation, peer.member(), peer.incarnation());
        return new Link.Keys(outgoing, secret.code(PURPOSE, peer.member(), peer.incarnation(), member, incarnation));
    }

    /** The member has left or died: what waits for its CPUs is completed with EHOSTDOWN, once. Repeating changes nothing. */
    public synchronized void removePeer(final int peer) {
        final Link link = links.get(peer);
        if (link != null && !link.dead()) {
            unroute(link);
            link.kill();
            LOG.info("link down from={} to={}", member, peer);
        }
    }

    private synchronized void unroute(final Link link) {
        final Int2ObjectHashMap<Route> fewer = new Int2ObjectHashMap<>(routes);
        fewer.values().removeIf(route -> route.link == link);
        routes = fewer;
    }

    /**
     * Completes when both directions work for all of the members; fails, naming the missing, after {@code timeout}, or at once with an
     * {@code IOException} when a link to one of them is not, or no longer, there.
     */
    public CompletableFuture<Void> awaitConnected(final Collection<Integer> peers, final Duration timeout) {
        return receiver.connected(Set.copyOf(peers), timeout);
    }

    /** True when both directions work. */
    public boolean connected(final int peer) {
        final Link link = links.get(peer);
        return link != null && link.connected();
    }

    @Override
    public boolean offer(final Cpu from, final int targetCpu, final Object entry) {
        return offer(from.id(), targetCpu, entry, from.crossbar().isExecuting());
    }

    boolean offer(final int from, final int targetCpu, final Object entry, final boolean must) {
        final Route route = routes.get(targetCpu);
        if (route == null) {
            return false;
        }
        final Sender sender = senders.get(from);
        final Outlet outlet = sender.outlet(route.link);
        if (!outlet.markDirty()) {
            sender.dirty.add(outlet);
        }
        if (outlet.offer(route.index, targetCpu, entry, must)) {
            return true;
        }
        flush(from);
        return false;
    }

    @Override
    public void flush(final Cpu from) {
        flush(from.id());
    }

    void flush(final int from) {
        final List<Outlet> outlets = senders.get(from).dirty;
        for (int i = 0; i < outlets.size(); i++) {
            outlets.get(i).markClean();
            outlets.get(i).flush();
        }
        outlets.clear();
    }

    @Override
    public boolean reaches(final int cpu) {
        return routes.containsKey(cpu);
    }

    /** Counters of all links, by member. */
    public List<LinkStats> links() {
        return links.values().stream()
                .map(link -> link.stats(member))
                .sorted(Comparator.comparingInt(LinkStats::to))
                .toList();
    }

    /** Frames and entries that were dropped, by cause. */
    public FaultCounters faults() {
        return faults;
    }

    /** Stops the agent and closes all publications; the driver stays. */
    @Override
    public void close() {
        if (runner != null) {
            runner.close();
        }
        routes = new Int2ObjectHashMap<>();
        links.values().forEach(link -> link.way().close());
        links.clear();
        subscription.close();
        LOG.info("uplink down member={}", member);
    }

    /** What the agent asks for. */
    private final class AgentHooks implements Receiver.Hooks {
        @Override
        public void unroute(final Link link) {
            LOG.warn(
                    "link broken from={} to={}: treated as dead",
                    member,
                    link.peer().member());
            AeronUplink.this.unroute(link);
        }

        @Override
        public void hostDown(final Link link, final Cpu cpu) {
            link.outlet(cpu.id()).discard();
            link.creditsOf(cpu.id()).forEach(ReceiveCredit::end);
            cpu.hostDown(Set.copyOf(link.peer().cpus()));
        }

        @Override
        public void forget(final Link link) {
            links.remove(link.peer().member());
            link.way().close();
        }
    }
}
