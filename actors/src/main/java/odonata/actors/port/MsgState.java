package odonata.actors.port;

import akka.dispatch.Envelope;
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
        msg.checkIdle("send");
        Kassert.check(!msg.isProxy(), "send of a message that was received; forward it: %s", msg);
        msg.flags = (msg.flags & Msg.PRIORITY) | (sync ? Msg.SYNC : 0);
        msg.error = NetError.OK;
        msg.result = null;
        msg.target = target;
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
        msg.holder = null;
        msg.target = target;
    }

    /** The target has replied: must be held, neither queued nor replied. */
    public static void beginReply(final Msg<?> msg, final NetError error, final Object result) {
        Kassert.check((msg.flags & IN_FLIGHT) == 0, "reply of a message that is not held: %s", msg);
        Kassert.check(error != NetError.EASYNC, "EASYNC is not a result: %s", msg);
        msg.flags |= Msg.REPLY;
        msg.error = error;
        msg.result = result;
        msg.holder = null;
    }

    /** Completed, on the reply port's CPU; exactly once for each send. */
    public static void finish(final Msg<?> msg) {
        Kassert.check((msg.flags & Msg.DONE) == 0, "second completion of %s", msg);
        msg.flags = (msg.flags | Msg.DONE) & ~Msg.INTRANSIT;
    }

    /** On its way to another CPU. */
    public static void inTransit(final Msg<?> msg) {
        msg.flags |= Msg.INTRANSIT;
    }

    /** Arrived. */
    public static void arrived(final Msg<?> msg) {
        msg.flags &= ~Msg.INTRANSIT;
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

    static void queued(final Msg<?> msg) {
        Kassert.check((msg.flags & Msg.QUEUED) == 0, "queued twice: %s", msg);
        msg.flags |= Msg.QUEUED;
    }

    static void unqueued(final Msg<?> msg) {
        msg.flags &= ~Msg.QUEUED;
    }

    static void taken(final Msg<?> msg, final PortOwner owner) {
        msg.flags &= ~Msg.QUEUED;
        if ((msg.flags & Msg.REPLY) == 0) {
            msg.holder = owner;
        }
    }

    /** Told to the actor by plain Akka means: an asynchronous send. */
    static void told(final Msg<?> msg, final Envelope envelope) {
        beginSend(msg, msg.target, false);
        msg.envelope = envelope;
        queued(msg);
    }
}
