package odonata.actors.port;

import java.util.function.Consumer;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;

/**
 * The steps in the life of a message, for ports and the transport; threads use {@code Td}. Each step asserts the state in
 * which alone it may happen. Source: reference table of {@code lwkt_msg} flags.
 */
public final class MsgState {
    private static final int IN_FLIGHT = Msg.DONE | Msg.QUEUED | Msg.REPLY;

    private MsgState() {}

    /** Before put: DONE, REPLY cleared, kind of send noted. */
    public static void beginSend(final Msg<?> msg, final Port<?> target, final boolean sync) {
        begin(msg, target, sync);
        msg.abort = AbortStage.POSSIBLE;
    }

    /** The continuation that takes the reply. */
    public static <C> void then(final Msg<C> msg, final Consumer<? super Msg<C>> then) {
        msg.then = then;
    }

    /** Gives the reply to its continuation; false when it has none. */
    public static <C> boolean resume(final Msg<C> msg) {
        final Consumer<? super Msg<C>> then = msg.then;
        if (then == null) {
            return false;
        }
        msg.then = null;
        then.accept(msg);
        return true;
    }

    /** Before it is passed on: must be held, neither queued nor replied. */
    public static void beginForward(final Msg<?> msg, final Port<?> target) {
        Kassert.check((msg.flags & IN_FLIGHT) == 0, "forward of a message that is not held: %s", msg);
        release(msg);
        msg.target = target;
    }

    /** The target has replied: must be held, neither queued nor replied. */
    public static void beginReply(final Msg<?> msg, final NetError error, final Object result) {
        Kassert.check((msg.flags & IN_FLIGHT) == 0, "reply of a message that is not held: %s", msg);
        Kassert.check(error != NetError.EASYNC, "EASYNC is not a result: %s", msg);
        msg.flags |= Msg.REPLY;
        msg.error = error;
        msg.result = result;
        release(msg);
    }

    /** Completed, on the reply port's CPU; exactly once for each send. */
    public static void finish(final Msg<?> msg) {
        Kassert.check((msg.flags & Msg.DONE) == 0, "second completion of %s", msg);
        msg.flags = (msg.flags | Msg.DONE) & ~(Msg.INTRANSIT | Msg.ABORTING);
        msg.abort = AbortStage.NONE;
    }

    /** A CPU has it: on a port there, held by a thread there, or given to the uplink there. By that CPU only. */
    public static void here(final Msg<?> msg, final int cpu) {
        msg.place = cpu;
    }

    /** On its way to another CPU of the machine; by the CPU that had it. */
    public static void inTransit(final Msg<?> msg, final int cpu) {
        msg.flags |= Msg.INTRANSIT;
        msg.place = ~cpu;
    }

    /** Arrived; true when an abort request waits for it on this CPU, and then does no longer. */
    public static boolean arrived(final Msg<?> msg, final int cpu) {
        msg.flags &= ~Msg.INTRANSIT;
        msg.place = cpu;
        final boolean awaited = msg.abortWaitsAt == cpu;
        if (awaited) {
            msg.abortWaitsAt = Msg.NOWHERE;
        }
        return awaited;
    }

    /**
     * Where it is, as far as the asking CPU can know: the CPU that has it, or the complement of the CPU that it is on its way to.
     *
     * <p>Read while others may write. Only a CPU itself writes that it has the message, and overwrites that before it lets it go.
     * So who reads its own number has it; who reads the complement of its own number will get it; what else is read is a step
     * of the way that the message has gone.
     */
    public static int place(final Msg<?> msg) {
        return msg.place;
    }

    /** Asks for an abort, on the CPU of the reply port; true when a request has to set out. */
    public static boolean askAbort(final Msg<?> msg) {
        if (msg.abort != AbortStage.POSSIBLE) {
            return false;
        }
        msg.abort = AbortStage.TRAVELLING;
        return true;
    }

    /** The abort request waits on a CPU that the message is on its way to. */
    public static void abortWaits(final Msg<?> msg, final int cpu) {
        msg.abortWaitsAt = cpu;
    }

    /** The abort request has met the message; told to the CPU of the reply port. True when the reply is there and waited for it. */
    public static boolean abortMet(final Msg<?> msg) {
        final boolean replyWaits = msg.abort == AbortStage.REPLY_WAITS;
        msg.abort = AbortStage.MET;
        return replyWaits;
    }

    /**
     * True when the reply, which is there, has to wait for an abort request that still follows the message; on the CPU of the
     * reply port.
     */
    public static boolean holdsReply(final Msg<?> msg) {
        final boolean waits = msg.abort == AbortStage.TRAVELLING;
        if (waits) {
            msg.abort = AbortStage.REPLY_WAITS;
        }
        return waits;
    }

    /** Marks it aborted, on the CPU that has it; false when that may not be, has been, or is too late. */
    public static boolean abort(final Msg<?> msg) {
        if ((msg.flags & (Msg.ABORTABLE | Msg.ABORTED | Msg.REPLY | Msg.DONE)) != Msg.ABORTABLE) {
            return false;
        }
        msg.flags |= Msg.ABORTED;
        return true;
    }

    /** True when it is given to its thread as an abort, which is thereby noted. */
    public static boolean takeAbort(final Msg<?> msg) {
        final boolean abort = (msg.flags & Msg.ABORTING) != 0;
        msg.flags &= ~Msg.ABORTING;
        return abort;
    }

    /** On a port: runs its function, if it has one that has not run since it was sent. */
    public static <C> void received(final Msg<C> msg) {
        if (hasReceipt(msg)) {
            final Consumer<? super Msg<C>> function = msg.receipt;
            msg.flags &= ~Msg.RECEIPT;
            msg.receipt = null;
            function.accept(msg);
        }
    }

    /** True when a function waits for it to get onto a port. */
    public static boolean hasReceipt(final Msg<?> msg) {
        return (msg.flags & Msg.RECEIPT) != 0;
    }

    /** Known to other members under a number. */
    public static void export(final Msg<?> msg, final int originCpu, final long originId) {
        msg.originCpu = originCpu;
        msg.originId = originId;
    }

    /** The thread that holds it; null when none does. */
    public static PortOwner holder(final Msg<?> msg) {
        return msg.holder;
    }

    /** Onto a queue. */
    public static void queued(final Msg<?> msg) {
        Kassert.check((msg.flags & Msg.QUEUED) == 0, "queued twice: %s", msg);
        msg.flags |= Msg.QUEUED;
    }

    /** Off its queue. */
    public static void unqueued(final Msg<?> msg) {
        msg.flags &= ~Msg.QUEUED;
    }

    /** Given to its thread; true when that has to be told of an abort as well. The second time it is the abort. */
    static boolean taken(final Msg<?> msg, final PortOwner owner, final HeldList held) {
        msg.flags &= ~Msg.QUEUED;
        if (msg.isReply()) {
            return false;
        }
        if (msg.holder != null) {
            msg.flags |= Msg.ABORTING;
            return false;
        }
        msg.holder = owner;
        if (msg.wantsReply() && !msg.replyPort().isAdone()) {
            held.hold(msg);
        }
        return msg.isAborted();
    }

    /** Dropped by its target: nobody will reply it. */
    static void dropped(final Msg<?> msg) {
        unqueued(msg);
        msg.then = null;
        finish(msg);
    }

    /** Told to the actor by plain Akka means: an asynchronous send. */
    static void told(final Msg<?> msg) {
        begin(msg, msg.target, false);
        queued(msg);
    }

    private static void release(final Msg<?> msg) {
        msg.holder = null;
        if (msg.heldBy != null) {
            msg.heldBy.unhold(msg);
        }
    }

    private static void begin(final Msg<?> msg, final Port<?> target, final boolean sync) {
        msg.checkIdle("send");
        Kassert.check(!msg.isProxy(), "send of a message that was received; forward it: %s", msg);
        msg.flags = (msg.flags & Msg.KEPT_BY_SEND) | (sync ? Msg.SYNC : 0);
        msg.error = NetError.OK;
        msg.result = null;
        msg.target = target;
    }
}
