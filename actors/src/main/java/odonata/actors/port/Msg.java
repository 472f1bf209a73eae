package odonata.actors.port;

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

    /** The target may drop it unanswered; nobody waits for it. */
    public static final int DROPABLE = 0x40;

    /** An abort may be asked for. */
    public static final int ABORTABLE = 0x80;

    /** Goes before what is not urgent. */
    public static final int PRIORITY = 0x100;

    /** Has a function that is still to be run when it gets onto a port. */
    public static final int RECEIPT = 0x200;

    /** An abort was asked for; what came of it is said by the error. */
    public static final int ABORTED = 0x400;

    /** Given to its thread for the second time, as an abort. */
    public static final int ABORTING = 0x800;

    /** Stands for a message of another member; its reply travels back under a number. */
    public static final int PROXY = 0x1000;

    /** Free for the protocol, as the next three; see {@link #setUser}. */
    public static final int USER0 = 0x10000;

    /** Free for the protocol. */
    public static final int USER1 = 0x20000;

    /** Free for the protocol. */
    public static final int USER2 = 0x40000;

    /** Free for the protocol. */
    public static final int USER3 = 0x80000;

    static final int KEPT_BY_SEND = PRIORITY | DROPABLE | ABORTABLE | RECEIPT | USER0 | USER1 | USER2 | USER3;
    static final int NOWHERE = Integer.MIN_VALUE;

    private static final int KEPT_BY_REINIT = SYNC; // the kernel keeps its complement, ASYNC
    private static final int USER = USER0 | USER1 | USER2 | USER3;
    private static final int TO_MEMBERS = PRIORITY | ABORTABLE | USER;

    private C command;
    private Port<?> replyPort;
    Port<?> target = Port.none();
    int flags;
    NetError error = NetError.OK;
    Object result;
    Consumer<? super Msg<C>> then;
    Consumer<? super Msg<C>> receipt;
    PortOwner holder;
    HeldList heldBy;
    Msg<?> heldBefore;
    Msg<?> heldAfter;
    AbortStage abort = AbortStage.NONE;
    int place = NOWHERE;
    int abortWaitsAt = NOWHERE;
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
     * @param flags of the original; of them PRIORITY, ABORTABLE and the bits of the protocol are the stand-in's too
     */
    public static <C> Msg<C> proxy(
            final C command, final int originCpu, final long originId, final int replyIndex, final int flags) {
        final Port<?> reply = originId == 0 ? Port.none() : new Port<>(originCpu, replyIndex);
        final Msg<C> msg = new Msg<>(command, reply, PROXY | (flags & TO_MEMBERS));
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
        receipt = null;
        return this;
    }

    /** Makes it urgent: it is received before any normal message that waits. Only before it is sent. */
    public Msg<C> urgent() {
        checkIdle("urgent");
        flags |= PRIORITY;
        return this;
    }

    /**
     * Lets the target drop it unanswered. Nobody may wait for it then, and so nobody can abort it. Only before it is sent.
     */
    public Msg<C> droppable() {
        checkIdle("droppable");
        Kassert.check((flags & ABORTABLE) == 0, "what may be dropped cannot be aborted: %s", this);
        flags |= DROPABLE;
        return this;
    }

    /** Lets its originator ask for an abort. Before it is sent, or by the thread that holds it. */
    public Msg<C> abortable() {
        if (holder == null || !holder.isCurrent()) {
            checkIdle("abortable");
        }
        Kassert.check((flags & DROPABLE) == 0, "what may be dropped cannot be aborted: %s", this);
        flags |= ABORTABLE;
        return this;
    }

    /**
     * Has a function run when it gets onto its target port: once, by the CPU of that port, before anybody receives the
     * message. The function must not send, reply or pass on this message. Only before it is sent, and for each send anew; to
     * a port of another member it cannot go: such a send is replied EOPNOTSUPP.
     */
    public Msg<C> receipt(final Consumer<? super Msg<C>> function) {
        checkIdle("receipt");
        flags |= RECEIPT;
        receipt = function;
        return this;
    }

    /** Sets some of the bits {@link #USER0}..{@link #USER3}; who has the message may. They stay until {@link #reinit}. */
    public void setUser(final int bits) {
        flags |= userBits(bits);
    }

    /** Clears some of the bits {@link #USER0}..{@link #USER3}; who has the message may. */
    public void clearUser(final int bits) {
        flags &= ~userBits(bits);
    }

    /** Which of the bits {@link #USER0}..{@link #USER3} are set. The stand-in at another member begins with the same. */
    public int user() {
        return flags & USER;
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
    @Override
    public boolean isUrgent() {
        return (flags & PRIORITY) != 0;
    }

    /** True when the target may drop it unanswered. */
    public boolean isDroppable() {
        return (flags & DROPABLE) != 0;
    }

    /** True when an abort was asked for and has met the message; for who holds it, and once it is done. */
    public boolean isAborted() {
        return (flags & ABORTED) != 0;
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

    private int userBits(final int bits) {
        Kassert.check((bits & ~USER) == 0, "0x%x are not bits of the protocol's: %s", bits, this);
        return bits;
    }

    void checkIdle(final String what) {
        Kassert.check((flags & (DONE | QUEUED)) == DONE, "%s of a message in flight: %s", what, this);
    }

    @Override
    public String toString() {
        return "Msg[" + command + " -> " + target + ", reply to " + replyPort + ", flags 0x"
                + Integer.toHexString(flags) + ", " + error + "]";
    }
}
