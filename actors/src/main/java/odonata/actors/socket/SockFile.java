package odonata.actors.socket;

import java.util.Set;
import java.util.function.BiConsumer;
import odonata.actors.socket.SockEntry.Pending;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.machine.TcpInfo;

/**
 * What a descriptor names: a socket of some protocol ({@code struct pr_usrreqs}) and the flags of the descriptor. Each operation is begun
 * on the carrier of the CPU, and tells {@code done} once, there. Owner: the carrier.
 */
public abstract class SockFile {
    private boolean nonblocking;

    /** O_NONBLOCK. */
    public final boolean isNonblocking() {
        return nonblocking;
    }

    /** Switches O_NONBLOCK. */
    public final void nonblocking(final boolean on) {
        nonblocking = on;
    }

    /** True when an operation with these flags may wait. */
    protected final boolean mayWait(final Set<MsgFlag> flags) {
        return !nonblocking && !flags.contains(MsgFlag.MSG_DONTWAIT);
    }

    /** As {@link SockCall.Bind}. */
    public abstract Pending bind(SockAddr addr, BiConsumer<NetError, Void> done);

    /** As {@link SockCall.Listen}. */
    public abstract Pending listen(int backlog, BiConsumer<NetError, Void> done);

    /** As {@link SockCall.Accept}; gives a file that is in no table yet. */
    public abstract Pending accept(BiConsumer<NetError, Incoming> done);

    /** As {@link SockCall.Connect}. */
    public abstract Pending connect(SockAddr addr, BiConsumer<NetError, Void> done);

    /** As {@link SockCall.Sendto}, and with {@link SockAddr#any any(0)} as {@link SockCall.Send}. */
    public abstract Pending send(
            byte[] data, int offset, int length, Set<MsgFlag> flags, SockAddr to, BiConsumer<NetError, Integer> done);

    /** As {@link SockCall.Recvfrom}. */
    public abstract Pending receive(int length, Set<MsgFlag> flags, BiConsumer<NetError, SockCall.Received> done);

    /** As {@link SockCall.Shutdown}. */
    public abstract Pending shutdown(SockCall.How how, BiConsumer<NetError, Void> done);

    /**
     * As {@link SockCall.Close}.
     *
     * @param wait false when nobody lingers
     */
    public abstract Pending close(boolean wait, BiConsumer<NetError, Void> done);

    /** As {@link SockCall.Getsockopt}. */
    public abstract Pending getOption(SockOpt option, BiConsumer<NetError, Integer> done);

    /** As {@link SockCall.Setsockopt}. */
    public abstract Pending setOption(SockOpt option, int value, BiConsumer<NetError, Void> done);

    /** As {@link SockCall.GetTcpInfo}. */
    public abstract Pending info(BiConsumer<NetError, TcpInfo> done);

    /** As {@link SockCall.Getsockname}. */
    public abstract Pending sockname(BiConsumer<NetError, SockAddr> done);

    /** As {@link SockCall.Getpeername}. */
    public abstract Pending peername(BiConsumer<NetError, SockAddr> done);

    /** As {@link SockCall.Fionread}. */
    public abstract Pending readable(BiConsumer<NetError, Integer> done);

    /** As {@link SockCall.Sockatmark}. */
    public abstract Pending atMark(BiConsumer<NetError, Boolean> done);

    /** Those bits of {@link PollFd} that hold, as soon as one does; at once, none if so, when it does not wait. */
    public abstract Pending await(int events, boolean wait, BiConsumer<NetError, Integer> done);

    /** A connection that was taken from a listening socket. */
    public record Incoming(SockFile file, SockAddr peer) {}
}
