package odonata.actors.port;

import akka.actor.ActorRef;
import akka.dispatch.Envelope;
import akka.dispatch.MessageQueue;
import akka.dispatch.UnboundedMessageQueueSemantics;
import akka.event.LoggerMessageQueueSemantics;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;

/**
 * The message port of a thread, and its Akka mailbox: urgent messages before normal ones, first in first out in each.
 *
 * <p>It gives out nothing while the CPU wants a reschedule, and nothing but one reply while its thread waits for that reply.
 * Only the owner thread takes messages; only the CPU's carrier touches the queues. What other Java threads tell goes through
 * the CPU's inbox. The queues have no bound: they link storage of the senders; the rings push back.
 * Source: {@code lwkt_thread_*port} in {@code sys/kern/lwkt_msgport.c}.
 */
public final class MsgPort extends PortQueue
        implements MessageQueue, UnboundedMessageQueueSemantics, LoggerMessageQueueSemantics {
    /** What Akka gives to the actor of a thread that is over. */
    public static final Msg<?> END = Msg.init("end", Port.none());

    private static final VarHandle DEPTH;
    private static final VarHandle HIGH_WATER;
    private static final VarHandle WAITING_SINCE;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            DEPTH = lookup.findVarHandle(MsgPort.class, "depth", int.class);
            HIGH_WATER = lookup.findVarHandle(MsgPort.class, "highWater", int.class);
            WAITING_SINCE = lookup.findVarHandle(MsgPort.class, "waitingSince", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final PortOwner owner;
    private Backlog backlog;
    private Msg<?> awaited;
    private boolean ownerTakes;
    private boolean ends;
    private boolean closed;
    private boolean leaves;
    private int depth;
    private int akkas;
    private int highWater;

    @SuppressWarnings("UnusedVariable") // by VarHandle
    private long waitingSince;

    /** An empty port. */
    public MsgPort(final PortOwner owner, final Backlog backlog) {
        this.owner = owner;
        this.backlog = backlog;
    }

    /** The thread it belongs to. */
    public PortOwner owner() {
        return owner;
    }

    /**
     * Whether the port outlives the actor whose mailbox it is: while its thread leaves a CPU, to go on with all that waits here
     * as another actor elsewhere.
     */
    public void leaves(final boolean now) {
        leaves = now;
    }

    /** What waits here counts for another CPU from now on. While nobody else uses the port. */
    public void moveTo(final Backlog there) {
        backlog.add(-depth);
        backlog = there;
        backlog.add(depth);
    }

    /** Each request that the owner has received and not given back, then each that waits; the function may change no queue. */
    public void forEachRequest(final Consumer<Msg<?>> function) {
        for (Msg<?> msg = firstHeld(); msg != null; msg = msg.heldAfter) {
            function.accept(msg);
        }
        for (Link link = first(); link != null; link = link.next) {
            if (link instanceof Msg<?> msg && !msg.isReply() && msg.holder == null) {
                function.accept(msg);
            }
        }
    }

    /** Queues a request; false when the thread has ended. On the carrier. */
    public boolean put(final Msg<?> msg) {
        if (closed) {
            return false;
        }
        MsgState.queued(msg);
        MsgState.received(msg);
        link(msg);
        return true;
    }

    /**
     * Its thread takes the messages itself, with {@link #next}: from now on Akka is given only what is Akka's. And it can tell an
     * abort from a request: it is given aborted messages a second time.
     */
    public void ownerTakes() {
        ownerTakes = true;
    }

    /** The thread is over: the next that Akka is given is {@link #END}. */
    public void end() {
        ends = true;
    }

    /** True when what is first in line is for Akka to give. */
    public boolean isAkkaNext() {
        return akkas > 0 && awaited == null && first() instanceof AkkaLink;
    }

    /**
     * The originator of a message that waits here, or that the owner holds, wants it to end early. One that waits is given out as
     * the request it is, and right after that again as an abort; one that is held is queued again, to be given out as an abort.
     * Replied, forwarded or completed in between it is not. On the carrier.
     */
    public void abort(final Msg<?> msg) {
        if (MsgState.abort(msg) && !msg.isQueued()) {
            queueAbort(msg);
        }
    }

    /** The owner got a request from a port that is nobody's (a spin port): from now on it holds it. On the carrier. */
    public void received(final Msg<?> msg) {
        if (MsgState.taken(msg, owner, this)) {
            queueAbort(msg);
        }
    }

    /** No abort is to be given out any more for this message, which the owner replies or passes on. On the carrier. */
    public void withdrawAbort(final Msg<?> msg) {
        if (isHere(msg)) {
            unlink(msg);
        }
    }

    /**
     * Takes a request off the port and completes it without a reply; OK, or ENOENT when it has been received or replied, or is
     * elsewhere. Only the owner may, and only what is {@link Msg#isDroppable droppable}. Source: {@code lwkt_dropmsg}.
     */
    public NetError drop(final Msg<?> msg) {
        Kassert.check(owner.isCurrent(), "drop by another thread than the owner of the port: %s", msg);
        Kassert.check(msg.isDroppable(), "drop of a message that its originator waits for: %s", msg);
        if (!isHere(msg) || msg.isReply()) {
            return NetError.ENOENT;
        }
        unlink(msg);
        MsgState.dropped(msg);
        return NetError.OK;
    }

    /**
     * Completes a message whose reply port this is: a reply to an asynchronous send is queued, one to a synchronous send only
     * wakes the thread that waits for it. On the carrier.
     */
    public void complete(final Msg<?> msg) {
        MsgState.finish(msg);
        if (closed) {
            return;
        }
        if (!msg.isSync()) {
            MsgState.queued(msg);
            link(msg);
        }
        if (msg == awaited) {
            owner.schedule();
        }
    }

    /** Lets nothing but this message's reply through until it has been taken. */
    public void await(final Msg<?> msg) {
        Kassert.check(owner.isCurrent(), "wait by another thread than the owner of the port");
        Kassert.check(
                awaited == null, "already waiting for %s; what shall follow belongs into its continuation", awaited);
        awaited = msg;
    }

    /** The message whose reply the thread waits for; null when it takes whatever comes. */
    public Msg<?> awaited() {
        return awaited;
    }

    /** True while the thread waits for one particular reply. */
    public boolean isAwaiting() {
        return awaited != null;
    }

    /** True when the thread has something to do. */
    public boolean hasWork() {
        return awaited != null ? awaited.isDone() : depth > 0;
    }

    /** Takes the next request if one is first in line (M5); null otherwise: a reply, an abort or nothing. */
    public Msg<?> poll() {
        Kassert.check(owner.isCurrent(), "getport by another thread than the owner of the port");
        Kassert.check(awaited == null, "getport while waiting for %s", awaited);
        if (owner.wantsReschedule() || !(first() instanceof Msg<?> msg) || msg.isReply() || msg.holder != null) {
            return null;
        }
        take(msg);
        return msg;
    }

    /** Takes a particular message off the queue, if it is on it. */
    public boolean remove(final Msg<?> msg) {
        final boolean here = isHere(msg);
        if (here) {
            unlink(msg);
            MsgState.unqueued(msg);
        }
        return here;
    }

    /** Messages waiting; any thread may ask. */
    public int depth() {
        return (int) DEPTH.getOpaque(this);
    }

    /** Messages waiting that are urgent; on the carrier. */
    public int urgentDepth() {
        return urgent();
    }

    /** Most messages that ever waited; any thread may ask. */
    public int highWater() {
        return (int) HIGH_WATER.getOpaque(this);
    }

    /** When the port last became non-empty or its thread last ran, in the CPU's nanoseconds; any thread may ask. */
    public long waitingSinceNs() {
        return (long) WAITING_SINCE.getOpaque(this);
    }

    /** Called by the CPU when the thread has run and messages are left. */
    public void restamp() {
        WAITING_SINCE.setOpaque(this, owner.turnNs());
    }

    @Override
    public void enqueue(final ActorRef receiver, final Envelope envelope) {
        if (owner.onCarrier()) {
            enqueueLocal(envelope);
        } else if (!owner.offerForeign(this, envelope)) {
            throw new IllegalStateException("inbox full: " + receiver + " cannot take " + envelope.message()
                    + "; raise lwkt.inbox.capacity or send less from foreign threads");
        }
    }

    /** Queues what Akka delivers; on the carrier. */
    public void enqueueLocal(final Envelope envelope) {
        if (closed) {
            return;
        }
        if (envelope.message() instanceof Msg<?> msg && msg.isDone() && !msg.isQueued()) {
            MsgState.told(msg);
            link(msg);
        } else {
            akkas++;
            link(new AkkaLink(envelope));
        }
    }

    /**
     * Takes the next message: while the thread waits its reply or nothing, else what is first in line. Null when there is none, when
     * others shall run, or when what is first is Akka's.
     */
    public Msg<?> next() {
        if (!hasWork()) {
            return null;
        }
        Kassert.check(owner.isCurrent(), "message taken by another thread than the owner of the port");
        if (owner.wantsReschedule()) {
            return null;
        }
        if (awaited != null) {
            return takeAwaited();
        }
        if (!(first() instanceof Msg<?> msg)) {
            return null;
        }
        take(msg);
        return msg;
    }

    @Override
    public Envelope dequeue() {
        if (ends) {
            ends = false;
            return envelope(END);
        }
        Kassert.check(owner.isCurrent(), "message taken by another thread than the owner of the port");
        final Msg<?> msg = ownerTakes ? null : next();
        return msg == null ? takeAkkas() : envelope(msg);
    }

    private Envelope takeAkkas() {
        if (owner.wantsReschedule() || awaited != null || !(first() instanceof AkkaLink first)) {
            return null;
        }
        akkas--;
        unlink(first);
        owner.taken(first.envelope().message());
        return first.envelope();
    }

    private static Envelope envelope(final Msg<?> msg) {
        return Envelope.apply(msg, ActorRef.noSender());
    }

    @Override
    public int numberOfMessages() {
        return depth();
    }

    /** Always false: when the thread has to run again is decided by the CPU, not by Akka's dispatcher. */
    @Override
    public boolean hasMessages() {
        return false;
    }

    @Override
    public void cleanUp(final ActorRef self, final MessageQueue deadLetters) {
        if (leaves) {
            return;
        }
        closed = true;
        awaited = null;
        for (Msg<?> msg = firstHeld(); msg != null; msg = firstHeld()) {
            remove(msg); // where it waits to be given out once more, as an abort
            owner.abandonHeld(msg);
        }
        for (Link first = first(); first != null; first = first()) {
            unlink(first);
            if (first instanceof Msg<?> msg) {
                MsgState.unqueued(msg);
                if (!msg.isReply() && msg.holder == null) {
                    owner.abandon(msg);
                }
            } else {
                deadLetters.enqueue(self, ((AkkaLink) first).envelope());
            }
        }
    }

    private boolean isHere(final Msg<?> msg) {
        return msg.queue == this;
    }

    private void queueAbort(final Msg<?> msg) {
        if (ownerTakes && !closed) {
            link(msg);
        }
    }

    /** An aborted message keeps its place: it is the next to be given out, as an abort. */
    private void take(final Msg<?> msg) {
        if (!MsgState.taken(msg, owner, this) || !ownerTakes) {
            unlink(msg);
        }
        owner.taken(msg);
    }

    private Msg<?> takeAwaited() {
        final Msg<?> msg = awaited;
        awaited = null;
        remove(msg);
        owner.taken(msg);
        return msg;
    }

    private void link(final Link link) {
        append(link);
        backlog.add(1);
        final int now = depth + 1;
        DEPTH.setOpaque(this, now);
        if (now > highWater) {
            HIGH_WATER.setOpaque(this, now);
        }
        if (now == 1) {
            WAITING_SINCE.setOpaque(this, owner.turnNs());
        }
        if (awaited == null) {
            owner.schedule();
        }
    }

    private void unlink(final Link link) {
        takeOut(link);
        backlog.add(-1);
        DEPTH.setOpaque(this, depth - 1);
    }
}
