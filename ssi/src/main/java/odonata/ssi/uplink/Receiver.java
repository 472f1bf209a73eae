package odonata.ssi.uplink;

import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.IpiFunc;
import odonata.actors.cpu.UplinkRing;
import odonata.protocol.clock.Clock;
import odonata.ssi.codec.PayloadCodec;
import odonata.ssi.uplink.frame.FaultCounters;
import odonata.ssi.uplink.frame.FrameFault;
import odonata.ssi.uplink.frame.FrameKind;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;

/**
 * The receiving agent of a member: polls the subscription and what neighbours put into memory, puts entries on the rings of the CPUs, gives credits, sees links come
 * and go. Never blocks; what cannot be done now is done in a later cycle.
 */
final class Receiver implements Agent, FragmentHandler {
    private static final int FRAGMENTS = 64;
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long HELLO_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final String name;
    private final Subscription subscription;
    private final AgentInvoker housekeeping;
    private final Map<Integer, Link> links;
    private final Inbound inbound;
    private final FaultCounters faults;
    private final UplinkEvents events;
    private final Clock clock;
    private final long pingNs;
    private final Hooks hooks;
    private final List<ReceiveCredit> touched = new ArrayList<>();
    private final Set<UplinkRing> woken = new HashSet<>();
    private final ConcurrentLinkedQueue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    private final byte[] scratch;
    private long nowNs;
    private long tickNs;

    /** What the agent asks of the uplink. */
    interface Hooks {
        /** Stops routing to a member. */
        void unroute(Link link);

        /** Runs on a CPU's carrier after a member died. */
        void hostDown(Link link, Cpu cpu);

        /** The member is gone and all CPUs know. */
        void forget(Link link);
    }

    private record Waiter(Set<Integer> members, long deadlineNs, CompletableFuture<Void> future) {}

    Receiver(
            final int member,
            final Subscription subscription,
            final AgentInvoker housekeeping,
            final Map<Integer, Link> links,
            final PayloadCodec codec,
            final FaultCounters faults,
            final UplinkEvents events,
            final UplinkSettings settings,
            final int capacity,
            final Clock clock,
            final Hooks hooks) {
        this.name = "uplink-" + member;
        this.subscription = subscription;
        this.housekeeping = housekeeping;
        this.links = links;
        this.faults = faults;
        this.events = events;
        this.clock = clock;
        this.pingNs = settings.ping().toNanos();
        this.hooks = hooks;
        this.scratch = new byte[capacity];
        this.inbound = new Inbound(links, codec, faults, settings.maxEntry(), touched);
    }

    @Override
    public String roleName() {
        return name;
    }

    /**
     * Completes when credits were exchanged with all of the members; fails, naming the missing, after {@code timeout}, or at once when a
     * link to one of them is not, or no longer, there.
     */
    CompletableFuture<Void> connected(final Set<Integer> members, final Duration timeout) {
        final CompletableFuture<Void> future = new CompletableFuture<>();
        waiters.add(new Waiter(Set.copyOf(members), clock.nowNs() + timeout.toNanos(), future));
        return future;
    }

    /** True while credit that was given is in use: soon somebody will want it back. */
    boolean busy() {
        for (final Link link : links.values()) {
            if (!link.active().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int doWork() {
        nowNs = clock.nowNs();
        int work = subscription.poll(this, FRAGMENTS);
        wake();
        final boolean tick = nowNs - tickNs >= TICK_NS;
        if (tick) {
            tickNs = nowNs;
            housekeeping.invoke();
        }
        for (final Link link : links.values()) {
            work += link.way().poll(this, FRAGMENTS);
            wake();
            work += link.dead() ? bury(link) : tend(link, tick);
        }
        wake();
        if (tick) {
            answerWaiters();
        }
        return work;
    }

    @Override
    public void onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        if ((header.flags() & FrameDescriptor.UNFRAGMENTED) != FrameDescriptor.UNFRAGMENTED
                || length > scratch.length) {
            faults.add(FrameFault.SHORT);
            return;
        }
        buffer.getBytes(offset, scratch, 0, length);
        inbound.accept(scratch, length, nowNs);
    }

    private void wake() {
        if (!touched.isEmpty()) {
            touched.forEach(credit -> woken.add(credit.ring()));
            touched.clear();
        }
        if (!woken.isEmpty()) {
            woken.forEach(UplinkRing::wake);
            woken.clear();
        }
    }

    private int tend(final Link link, final boolean tick) {
        if (tick && link.updateConnected()) {
            events.linkBroken(link.peer().member());
            hooks.unroute(link);
            link.kill();
            return 1;
        }
        int work = unstick(link);
        if (tick) {
            link.way().tend(nowNs);
            work += giveBack(link);
        }
        if (!link.way().connected() || !Control.push(link)) {
            return work;
        }
        if (link.way().isSettled()) {
            work += Control.credits(link, tick);
            work += answerPing(link);
        }
        if (tick && link.control().isEmpty()) {
            greet(link);
        }
        return work;
    }

    private static int answerPing(final Link link) {
        if (!link.control().isEmpty() || link.pong() == 0) {
            return 0;
        }
        Control.time(link, FrameKind.PONG, link.pong());
        link.pong(0);
        return 1;
    }

    private void greet(final Link link) {
        if (!link.connected()) {
            if (link.helloDue(nowNs, HELLO_NS)) {
                Control.hello(link);
            }
        } else if (link.pingDue(nowNs, pingNs)) {
            Control.time(link, FrameKind.PING, nowNs == 0 ? 1 : nowNs);
        }
    }

    /** Asks CPUs whose frame the transport did not take to try again, once it has room. */
    private int unstick(final Link link) {
        int work = 0;
        for (final Outlet outlet : link.outlets()) {
            if (outlet.worthAnotherTry()) {
                outlet.stuck().set(false);
                final UplinkRing ring = outlet.ring();
                if (ring.offer((IpiFunc) cpu -> outlet.flush())) {
                    woken.add(ring);
                    work++;
                } else {
                    outlet.stuck().set(true);
                }
            }
        }
        return work;
    }

    /** Asks CPUs that have much credit and send nothing to give it back. */
    private int giveBack(final Link link) {
        int work = 0;
        for (final Outlet outlet : link.outlets()) {
            for (int i = 0; i < link.peer().cpus().size(); i++) {
                final int index = i;
                final int target = link.peer().cpus().get(i);
                if (outlet.credit(i).isIdle() && outlet.ring().offer((IpiFunc) cpu -> outlet.giveBack(index, target))) {
                    woken.add(outlet.ring());
                    work++;
                }
            }
        }
        return work;
    }

    /** Tells every CPU here that a member died, then forgets it. */
    private int bury(final Link link) {
        final Iterator<LocalCpu> untold = link.untold().iterator();
        int work = 0;
        while (untold.hasNext()) {
            final UplinkRing ring = untold.next().ring();
            if (ring.offer((IpiFunc) cpu -> hooks.hostDown(link, cpu))) {
                woken.add(ring);
                untold.remove();
                work++;
            }
        }
        if (link.untold().isEmpty()) {
            hooks.forget(link);
        }
        return work;
    }

    private void answerWaiters() {
        for (final Iterator<Waiter> it = waiters.iterator(); it.hasNext(); ) {
            final Waiter waiter = it.next();
            final List<Integer> broken = without(waiter.members, link -> link != null && !link.dead());
            final List<Integer> missing = without(waiter.members, link -> link != null && link.connected());
            if (!broken.isEmpty()) {
                it.remove();
                waiter.future.completeExceptionally(new IOException("the links to members " + broken + " are gone"));
            } else if (missing.isEmpty()) {
                it.remove();
                waiter.future.complete(null);
            } else if (nowNs - waiter.deadlineNs > 0) {
                it.remove();
                waiter.future.completeExceptionally(new TimeoutException("no uplink to members " + missing
                        + ": are they up, do their uplink ports let UDP through, is the secret the same?"));
            }
        }
    }

    private List<Integer> without(final Set<Integer> members, final Predicate<Link> fine) {
        return members.stream()
                .filter(member -> !fine.test(links.get(member)))
                .sorted()
                .toList();
    }

    @Override
    public void onClose() {
        waiters.forEach(waiter -> waiter.future.cancel(false));
    }
}
