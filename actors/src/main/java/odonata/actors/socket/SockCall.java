package odonata.actors.socket;

import java.util.List;
import java.util.Set;
import odonata.actors.proc.SysCall;
import odonata.protocol.tcp.machine.TcpInfo;

/**
 * System calls of sockets, with BSD's names and errors. A call that waits, waits unless its socket has O_NONBLOCK or the call
 * MSG_DONTWAIT; a signal ends it with EINTR. Every call on a descriptor that is not there is EBADF.
 */
public sealed interface SockCall<R> extends SysCall<R> {
    /** IPv4. */
    int AF_INET = 2;

    /** TCP. */
    int SOCK_STREAM = 1;

    /** UDP. */
    int SOCK_DGRAM = 2;

    /** Most descriptors of one table. */
    int MOST_OPEN = 65_536;

    /**
     * Makes a socket and returns its descriptor, the lowest that is free. EAFNOSUPPORT, EPROTONOSUPPORT; EMFILE: too many.
     *
     * @param protocol 0, or the number of TCP or UDP
     */
    record Socket(int domain, int type, int protocol) implements SockCall<Integer> {
        /** A TCP socket. */
        public static Socket tcp() {
            return new Socket(AF_INET, SOCK_STREAM, 0);
        }

        /** A UDP socket. */
        public static Socket udp() {
            return new Socket(AF_INET, SOCK_DGRAM, 0);
        }
    }

    /** Names the own end; port 0 chooses one. EADDRINUSE; EADDRNOTAVAIL: not ours; EINVAL: has one already. */
    record Bind(int fd, SockAddr addr) implements SockCall<Void> {}

    /** Takes connections, as many as {@code backlog} wait to be accepted. EINVAL: connected; EOPNOTSUPP: a datagram socket. */
    record Listen(int fd, int backlog) implements SockCall<Void> {}

    /** Waits for a connection. EINVAL: does not listen; EMFILE. */
    record Accept(int fd) implements SockCall<Accepted> {}

    /**
     * Connects, and waits until it is. EINPROGRESS: begun, does not wait; EALREADY: begun before; EISCONN; EADDRINUSE: that connection
     * is there; EADDRNOTAVAIL: no port is left; ENETUNREACH; ECONNREFUSED; ETIMEDOUT. After EINTR it goes on by itself.
     */
    record Connect(int fd, SockAddr addr) implements SockCall<Void> {}

    /** Sends; waits until all is in the buffer. Returns the bytes taken. EPIPE, ENOTCONN, ECONNRESET, ETIMEDOUT, EAGAIN. */
    @SuppressWarnings("ArrayRecordComponent") // the caller's memory, read while it waits
    record Send(int fd, byte[] data, int offset, int length, Set<MsgFlag> flags) implements SockCall<Integer> {
        /** All of an array. */
        public static Send of(final int fd, final byte... data) {
            return new Send(fd, data, 0, data.length, Set.of());
        }
    }

    /**
     * Receives at most {@code length} bytes, never across the mark of urgent data; none: the end of the stream. ENOTCONN, ECONNRESET,
     * ETIMEDOUT, EAGAIN; with MSG_OOB also EINVAL: no urgent byte, or it was received before; EOPNOTSUPP: a datagram socket.
     */
    record Recv(int fd, int length, Set<MsgFlag> flags) implements SockCall<byte[]> {
        /** Without flags. */
        public static Recv of(final int fd, final int length) {
            return new Recv(fd, length, Set.of());
        }
    }

    /** Sends a datagram to an address. EISCONN: connected; ENOTCONN: no address, and not connected; EMSGSIZE. On TCP the address is not looked at. */
    @SuppressWarnings("ArrayRecordComponent") // the caller's memory, read while it waits
    record Sendto(int fd, byte[] data, int offset, int length, Set<MsgFlag> flags, SockAddr to)
            implements SockCall<Integer> {}

    /** Receives a datagram and who sent it; what is longer than {@code length} is cut (MSG_TRUNC). On TCP: as {@link Recv}. */
    record Recvfrom(int fd, int length, Set<MsgFlag> flags) implements SockCall<Received> {}

    /** Ends one direction or both. ENOTCONN. */
    record Shutdown(int fd, How how) implements SockCall<Void> {}

    /** Gives the descriptor back; what was sent is still delivered. Waits with SO_LINGER only. */
    record Close(int fd) implements SockCall<Void> {}

    /** Reads an option. ENOPROTOOPT: not one of this socket's. */
    record Getsockopt(int fd, SockOpt option) implements SockCall<Integer> {}

    /** Sets an option. ENOPROTOOPT: not one of this socket's, or to be read only; EINVAL: the value. */
    record Setsockopt(int fd, SockOpt option, int value) implements SockCall<Void> {}

    /** TCP_INFO: the state of a connection. EINVAL: not TCP. */
    record GetTcpInfo(int fd) implements SockCall<TcpInfo> {}

    /** The own end; zeros when it has none. */
    record Getsockname(int fd) implements SockCall<SockAddr> {}

    /** The peer. ENOTCONN. */
    record Getpeername(int fd) implements SockCall<SockAddr> {}

    /** {@code fcntl(F_SETFL)}: switches O_NONBLOCK. */
    record SetNonblock(int fd, boolean on) implements SockCall<Void> {}

    /** {@code fcntl(F_GETFL)}: whether it has O_NONBLOCK. */
    record GetNonblock(int fd) implements SockCall<Boolean> {}

    /**
     * Waits until one of the sockets has what is asked for, or the time is up; returns all with their answers.
     *
     * @param timeoutNs 0: does not wait; negative: no limit
     */
    record Poll(List<PollFd> fds, long timeoutNs) implements SockCall<List<PollFd>> {

        /** Copies them. */
        public Poll {
            fds = List.copyOf(fds);
        }
    }

    /** {@code ioctl(FIONREAD)}: bytes that can be received now. */
    record Fionread(int fd) implements SockCall<Integer> {}

    /** {@code sockatmark}, {@code ioctl(SIOCATMARK)}: whether the next byte of the stream is the urgent one, or the one behind it. */
    record Sockatmark(int fd) implements SockCall<Boolean> {}

    /** Which direction {@link Shutdown} ends. */
    enum How {
        SHUT_RD,
        SHUT_WR,
        SHUT_RDWR
    }

    /** A connection that was accepted. */
    record Accepted(int fd, SockAddr peer) {}

    /**
     * A datagram, or a piece of a stream.
     *
     * @param length bytes of the datagram, of which {@code data} has the first
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
    record Received(byte[] data, SockAddr from, int length) {
        /** All of it. */
        public Received(final byte[] data, final SockAddr from) {
            this(data, from, data.length);
        }

        /** What there is to know of it ({@code msg_flags}): MSG_TRUNC or nothing. */
        public Set<MsgFlag> flags() {
            return length > data.length ? Set.of(MsgFlag.MSG_TRUNC) : Set.of();
        }
    }
}
