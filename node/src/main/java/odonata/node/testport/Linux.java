package odonata.node.testport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.machine.TcpInfo;
import odonata.protocol.tcp.machine.TcpState;

/** Numbers and structures of Linux on x86-64, which callers of the test port use. */
final class Linux {
    static final int SOCK_TYPE = 0xf;
    static final int SOCK_NONBLOCK = 0x800;
    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 0x800;
    static final int F_GETFL = 3;
    static final int F_SETFL = 4;
    static final int FIONREAD = 0x541b;
    static final int SIOCATMARK = 0x8905;
    static final int MSG_TRUNC = 0x20;
    static final int SOCKADDR_IN = 16;
    static final int POLLFD = 8;

    private static final int SOL_IP = 0;
    private static final int SOL_SOCKET = 1;
    private static final int SOL_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int SO_LINGER = 13;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int TCP_INFO_BYTES = 232;
    private static final int TOTAL_RETRANS = 100;
    private static final int CA_RECOVERY = 3;
    private static final int CA_LOSS = 4;
    private static final int INFINITE_SSTHRESH = 0x7fffffff;
    private static final int MS_PER_S = 1_000;
    private static final int NO_NUMBER = 22;

    private static final Map<Integer, MsgFlag> FLAGS = Map.of(
            0x1, MsgFlag.MSG_OOB,
            0x2, MsgFlag.MSG_PEEK,
            0x40, MsgFlag.MSG_DONTWAIT,
            0x100, MsgFlag.MSG_WAITALL,
            0x8000, MsgFlag.MSG_MORE);

    private static final Map<Long, SockOpt> OPTIONS = Map.ofEntries(
            option(SOL_SOCKET, 1, SockOpt.SO_DEBUG),
            option(SOL_SOCKET, 2, SockOpt.SO_REUSEADDR),
            option(SOL_SOCKET, 3, SockOpt.SO_TYPE),
            option(SOL_SOCKET, 4, SockOpt.SO_ERROR),
            option(SOL_SOCKET, 6, SockOpt.SO_BROADCAST),
            option(SOL_SOCKET, 7, SockOpt.SO_SNDBUF),
            option(SOL_SOCKET, 8, SockOpt.SO_RCVBUF),
            option(SOL_SOCKET, 9, SockOpt.SO_KEEPALIVE),
            option(SOL_SOCKET, 10, SockOpt.SO_OOBINLINE),
            option(SOL_SOCKET, SO_LINGER, SockOpt.SO_LINGER),
            option(SOL_SOCKET, 15, SockOpt.SO_REUSEPORT),
            option(SOL_SOCKET, 18, SockOpt.SO_RCVLOWAT),
            option(SOL_SOCKET, 19, SockOpt.SO_SNDLOWAT),
            option(SOL_SOCKET, 30, SockOpt.SO_ACCEPTCONN),
            option(SOL_TCP, 1, SockOpt.TCP_NODELAY),
            option(SOL_TCP, 2, SockOpt.TCP_MAXSEG),
            option(SOL_TCP, 3, SockOpt.TCP_NOPUSH),
            option(SOL_TCP, 4, SockOpt.TCP_KEEPIDLE),
            option(SOL_TCP, 5, SockOpt.TCP_KEEPINTVL),
            option(SOL_TCP, 6, SockOpt.TCP_KEEPCNT),
            option(SOL_TCP, 8, SockOpt.TCP_NOOPT),
            option(SOL_TCP, 18, SockOpt.TCP_USER_TIMEOUT),
            option(SOL_TCP, 128, SockOpt.TCP_KEEPINIT),
            option(SOL_IP, 1, SockOpt.IP_TOS),
            option(SOL_IP, 2, SockOpt.IP_TTL));

    private static final Set<SockOpt> SECONDS =
            EnumSet.of(SockOpt.TCP_KEEPIDLE, SockOpt.TCP_KEEPINTVL, SockOpt.TCP_KEEPINIT);

    private static final Map<NetError, Integer> ERRNO = Map.ofEntries(
            Map.entry(NetError.EPERM, 1),
            Map.entry(NetError.ENOENT, 2),
            Map.entry(NetError.ESRCH, 3),
            Map.entry(NetError.EINTR, 4),
            Map.entry(NetError.EIO, 5),
            Map.entry(NetError.EBADF, 9),
            Map.entry(NetError.ECHILD, 10),
            Map.entry(NetError.EAGAIN, 11),
            Map.entry(NetError.ENOMEM, 12),
            Map.entry(NetError.EACCES, 13),
            Map.entry(NetError.EFAULT, 14),
            Map.entry(NetError.EEXIST, 17),
            Map.entry(NetError.EINVAL, 22),
            Map.entry(NetError.EMFILE, 24),
            Map.entry(NetError.EPIPE, 32),
            Map.entry(NetError.ENOSYS, 38),
            Map.entry(NetError.EDESTADDRREQ, 89),
            Map.entry(NetError.EMSGSIZE, 90),
            Map.entry(NetError.ENOPROTOOPT, 92),
            Map.entry(NetError.EPROTONOSUPPORT, 93),
            Map.entry(NetError.EOPNOTSUPP, 95),
            Map.entry(NetError.EAFNOSUPPORT, 97),
            Map.entry(NetError.EADDRINUSE, 98),
            Map.entry(NetError.EADDRNOTAVAIL, 99),
            Map.entry(NetError.ENETDOWN, 100),
            Map.entry(NetError.ENETUNREACH, 101),
            Map.entry(NetError.ECONNABORTED, 103),
            Map.entry(NetError.ECONNRESET, 104),
            Map.entry(NetError.ENOBUFS, 105),
            Map.entry(NetError.EISCONN, 106),
            Map.entry(NetError.ENOTCONN, 107),
            Map.entry(NetError.ETIMEDOUT, 110),
            Map.entry(NetError.ECONNREFUSED, 111),
            Map.entry(NetError.EHOSTDOWN, 112),
            Map.entry(NetError.EHOSTUNREACH, 113),
            Map.entry(NetError.EALREADY, 114),
            Map.entry(NetError.EINPROGRESS, 115));

    private static final Map<TcpState, Integer> STATES = Map.ofEntries(
            Map.entry(TcpState.ESTABLISHED, 1),
            Map.entry(TcpState.SYN_SENT, 2),
            Map.entry(TcpState.SYN_RECEIVED, 3),
            Map.entry(TcpState.FIN_WAIT_1, 4),
            Map.entry(TcpState.FIN_WAIT_2, 5),
            Map.entry(TcpState.TIME_WAIT, 6),
            Map.entry(TcpState.CLOSED, 7),
            Map.entry(TcpState.CLOSE_WAIT, 8),
            Map.entry(TcpState.LAST_ACK, 9),
            Map.entry(TcpState.LISTEN, 10),
            Map.entry(TcpState.CLOSING, 11));

    private Linux() {}

    private static Map.Entry<Long, SockOpt> option(final int level, final int name, final SockOpt option) {
        return Map.entry(key(level, name), option);
    }

    private static long key(final long level, final long name) {
        return (level << Integer.SIZE) | (name & 0xffffffffL);
    }

    /** The number of an error. */
    static int errno(final NetError error) {
        return error == NetError.OK ? 0 : ERRNO.getOrDefault(error, NO_NUMBER);
    }

    /** SO_ERROR gives BSD's number inside. */
    static int errnoOfBsd(final int number) {
        for (final NetError error : NetError.values()) {
            if (error.number() == number) {
                return errno(error);
            }
        }
        return NO_NUMBER;
    }

    /** The flags of a send or receive; empty when one is not known. MSG_NOSIGNAL is: there are no signals here. */
    static Optional<Set<MsgFlag>> flags(final long bits) {
        final Set<MsgFlag> flags = EnumSet.noneOf(MsgFlag.class);
        long left = bits & ~MSG_NOSIGNAL;
        for (final Map.Entry<Integer, MsgFlag> flag : FLAGS.entrySet()) {
            if ((left & flag.getKey()) != 0) {
                flags.add(flag.getValue());
                left &= ~flag.getKey();
            }
        }
        return left == 0 ? Optional.of(flags) : Optional.empty();
    }

    /** Which option a level and a name mean. */
    static Optional<SockOpt> option(final long level, final long name) {
        return Optional.ofNullable(OPTIONS.get(key(level, name)));
    }

    static boolean isTcpInfo(final long level, final long name) {
        return level == SOL_TCP && name == TCP_INFO;
    }

    /** The value of an option as its bytes. */
    static byte[] optionBytes(final SockOpt option, final int value) {
        if (option == SockOpt.SO_LINGER) {
            return buffer(8)
                    .putInt(value >= 0 ? 1 : 0)
                    .putInt(Math.max(0, value))
                    .array();
        }
        final int shown;
        if (option == SockOpt.SO_ERROR) {
            shown = errnoOfBsd(value);
        } else {
            shown = SECONDS.contains(option) ? value / MS_PER_S : value;
        }
        return buffer(4).putInt(shown).array();
    }

    /** The value that the bytes of an option mean; empty when they are too few or out of range. */
    static Optional<Integer> optionValue(final SockOpt option, final ByteBuffer bytes) {
        if (bytes.remaining() < (option == SockOpt.SO_LINGER ? 8 : 4)) {
            return Optional.empty();
        }
        final int first = bytes.getInt();
        if (option == SockOpt.SO_LINGER) {
            return Optional.of(first == 0 ? SockOpt.NO_LINGER : bytes.getInt());
        }
        final long value = SECONDS.contains(option) ? (long) first * MS_PER_S : first;
        return value == (int) value ? Optional.of((int) value) : Optional.empty();
    }

    /** The address of a {@code sockaddr_in}, which is read. */
    static SockAddr address(final ByteBuffer bytes) throws CallFailed {
        if (bytes.remaining() < SOCKADDR_IN) {
            throw new CallFailed(NetError.EINVAL);
        }
        final int family = bytes.getShort() & 0xffff;
        final int port = Short.reverseBytes(bytes.getShort()) & 0xffff;
        final int addr = Integer.reverseBytes(bytes.getInt());
        bytes.getLong();
        if (family != SockCall.AF_INET) {
            throw new CallFailed(NetError.EAFNOSUPPORT);
        }
        return new SockAddr(addr, port);
    }

    /** An address as {@code sockaddr_in}. */
    static byte[] addressBytes(final SockAddr address) {
        return buffer(SOCKADDR_IN)
                .putShort((short) SockCall.AF_INET)
                .putShort(Short.reverseBytes((short) address.port()))
                .putInt(Integer.reverseBytes(address.addr()))
                .putLong(0)
                .array();
    }

    /** A {@code struct tcp_info}; what is not known is 0. Windows are in segments, as there. */
    static byte[] tcpInfo(final TcpInfo info) {
        final int segment = Math.max(1, info.segmentSize());
        final byte[] array = new byte[TCP_INFO_BYTES];
        final ByteBuffer bytes = ByteBuffer.wrap(array)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) (int) STATES.get(info.state()))
                .put((byte) congestionState(info))
                .put((byte) info.retransmits())
                .put((byte) 0)
                .put((byte) info.retransmits())
                .put((byte) ((info.timestamps() ? 1 : 0)
                        | (info.sack() ? 2 : 0)
                        | (info.sndScale() >= 0 ? 4 : 0)
                        | (info.ecn() ? 8 : 0)))
                .put((byte) (Math.max(0, info.sndScale()) | (Math.max(0, info.rcvScale()) << 4)))
                .put((byte) 0)
                .putInt((int) info.rtoUs())
                .putInt(0)
                .putInt(info.segmentSize())
                .putInt(0)
                .putInt((info.flight() + segment - 1) / segment)
                .putInt((info.sacked() + segment - 1) / segment)
                .putInt(0)
                .putInt(info.retransmits())
                .putInt(0);
        bytes.position(60);
        bytes.putInt(0)
                .putInt(info.rcvWnd())
                .putInt((int) info.srttUs())
                .putInt((int) info.rttvarUs())
                .putInt(info.ssthresh() >= INFINITE_SSTHRESH / 2 ? INFINITE_SSTHRESH : info.ssthresh() / segment)
                .putInt(info.cwnd() / segment)
                .putInt(info.segmentSize());
        bytes.putInt(TOTAL_RETRANS, info.totalRetransmits());
        return array;
    }

    private static int congestionState(final TcpInfo info) {
        if (info.recovering()) {
            return CA_RECOVERY;
        }
        return info.retransmits() > 0 ? CA_LOSS : 0;
    }

    static ByteBuffer buffer(final int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
