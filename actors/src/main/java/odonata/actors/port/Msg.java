package odonata.actors.port;

import akka.actor.ActorRef;
import akka.dispatch.Envelope;
import java.util.function.Consumer;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;

/**
 * The envelope of a command: where its reply goes, how far it has come, what came out.
 *
 * <p>Owner: while never sent or done, the originator; while sent, the target side; in the reply hand-over, the CPU of the
 * reply port. Two sides never write at once, so the fields are plain; rings and uplink publish them. It is completed exactly
 * once for each send, and may be sent again when it is {@link #isDone done}. Source: {@code struct lwkt_msg}.
 *
 * @param <C> the command
 */
public final class Msg<C> extends Link {
    /** Nobody but the originator holds it. */
    public static final int DONE = 0x1;

    /** The target has replied. */
    public static final int REPLY = 0x2;

    /** On a port's queue. */
    public static final int QUEUED = 0x4;

    /** Sent by doMsg: its reply is not queued. */
    public static final int SYNC = 0x8;

    /** On the way between CPUs. */
    public static final int INTRANSIT = 0x10;

    /** Goes before what is not urgent. */
    public static final int PRIORITY = 0x100;

    /** Stands for a message of another member; its reply travels back under a number. */
    public static final int PROXY = 0x1000;

    private static final int KEPT_BY_REINIT = SYNC; // the kernel keeps its complement, ASYNC

    private C command;
    private Port<?> replyPort;
    Port<?> target = Port.none();
    int flags;
    NetError error = NetError.OK;
    Object result;
    Consumer<? super Msg<C>> then;
    PortOwner holder;
    Envelope envelope;
    int originCpu = -1;
    long originId;

    private Msg(final C command, final Port<?> replyPort, final int flags) {
        this.command = command;
        this.replyPort = replyPort;
        this.flags = flags;
    }

    /** A message never sent: DONE, with an explicit reply port (M8). */
    public static <C> Msg<C> init(final C command, final Port<?> replyPort) {
        return new Msg<>(command, replyPort, DONE);
    }

    /**
     * The stand-in for a message of another member, ready to be put on a port here.
     *
     * @param originCpu CPU that keeps the original
     * @param originId its number there; 0 when no reply is wanted
     * @param replyIndex port of the originator, for information
     * @param priority true when it goes before what is not urgent
     */
    public static <C> Msg<C> proxy(
            final C command, final int originCpu, final long originId, final int replyIndex, final boolean priority) {
        final Port<?> reply = originId == 0 ? Port.none() : new Port<>(originCpu, replyIndex);
        final Msg<C> msg = new Msg<>(command, reply, PROXY | (priority ? PRIORITY : 0));
        msg.originCpu = originCpu;
        msg.originId = originId;
        return msg;
    }

    /** Makes an old message sendable again (M9): flags cleared except the kind of send; only when it is done and off all queues. */
    public Msg<C> reinit(final Port<?> newReplyPort) {
        return reinit(command, newReplyPort);
    }

    /** As {@link #reinit(Port)}, with another command. */
    public Msg<C> reinit(final C newCommand, final Port<?> newReplyPort) {
        checkIdle("reinit");
        command = newCommand;
        replyPort = newReplyPort;
        flags = DONE | (flags & KEPT_BY_REINIT);
        error = NetError.OK;
        result = null;
        then = null;
        return this;
    }

    /** Makes it urgent: it is received before any normal message that waits. Only before it is sent. */
    public Msg<C> urgent() {
        checkIdle("urgent");
        flags |= PRIORITY;
        return this;
    }

    /** The request. */
    public C command() {
        return command;
    }

    /** Where the reply goes. */
    public Port<?> replyPort() {
        return replyPort;
    }

    /** The port it was last sent or forwarded to. */
    public Port<?> target() {
        return target;
    }

    /** The flag bits, for the transport between members. */
    public int flags() {
        return flags;
    }

    /** What the target replied; OK before. */
    public NetError error() {
        return error;
    }

    /** What the target replied besides the error; null when it replied no value. */
    public Object result() {
        return result;
    }

    /** True when only the originator holds it: never sent, or completed. */
    public boolean isDone() {
        return (flags & DONE) != 0;
    }

    /** True when the target has replied; on a port this tells replies from requests. */
    public boolean isReply() {
        return (flags & REPLY) != 0;
    }

    /** True while it waits on a port. */
    public boolean isQueued() {
        return (flags & QUEUED) != 0;
    }

    /** True when sent by doMsg. */
    public boolean isSync() {
        return (flags & SYNC) != 0;
    }

    /** True when received before normal messages. */
    public boolean isUrgent() {
        return (flags & PRIORITY) != 0;
    }

    /** True for the stand-in of another member's message. */
    public boolean isProxy() {
        return (flags & PROXY) != 0;
    }

    /** True unless the message itself is all there is to say ({@link Port#none()}): then nobody may reply it. */
    public boolean wantsReply() {
        return !replyPort.isNone();
    }

    /** CPU that keeps the original under {@link #originId}; negative when it never left its member. */
    public int originCpu() {
        return originCpu;
    }

    /** Number under which the origin CPU waits for the reply; 0 when none is wanted or it never left its member. */
    public long originId() {
        return originId;
    }

    /** Passes it on: the reply port stays, the originator cannot tell (M11). Only the thread that holds it may. */
    public void forward(final Port<? super C> port) {
        holder().forward(this, port);
    }

    /** Gives it back to its originator (M4). Only the thread that holds it may. */
    public void reply(final NetError replyError) {
        holder().reply(this, replyError, null);
    }

    /** As {@link #reply(NetError)}, with a value. */
    public void reply(final NetError replyError, final Object replyResult) {
        holder().reply(this, replyError, replyResult);
    }

    private PortOwner holder() {
        Kassert.check(holder != null, "no thread holds %s", this);
        return holder;
    }

    void checkIdle(final String what) {
        Kassert.check((flags & (DONE | QUEUED)) == DONE, "%s of a message in flight: %s", what, this);
    }

    @Override
    Envelope envelope() {
        if (envelope == null) {
            envelope = Envelope.apply(this, ActorRef.noSender());
        }
        return envelope;
    }

    @Override
    public String toString() {
        return "Msg[" + command + " -> " + target + ", reply to " + replyPort + ", flags 0x"
                + Integer.toHexString(flags) + ", " + error + "]";
    }
}
