package odonata.actors.tcp;

import java.util.OptionalInt;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.machine.TcpCb;
import odonata.protocol.tcp.machine.TcpSettings;

/** The options of a TCP socket. Owner: that of the socket; a listening one publishes a copy, which nobody changes. */
final class SockOptions {
    /** Most bytes of one buffer ({@code kern.ipc.maxsockbuf}). */
    static final int MAX_SOCKBUF = 1 << 20;

    private static final int DEFAULT_TTL = 64;
    private static final int MAX_LINGER = 32_767;
    private static final long US_PER_MS = 1_000;

    boolean reuseAddr;
    boolean reusePort;
    boolean keepAlive;
    boolean noDelay;
    boolean noPush;
    boolean noOptions;
    int linger = SockOpt.NO_LINGER;
    int receiveBytes;
    int sendBytes;
    int maxSegment;
    int ttl = DEFAULT_TTL;
    int tos;
    private long keepInitMs;
    private long keepIdleMs;
    private long keepIntervalMs;
    private int keepCount;

    /** As the settings say. */
    SockOptions(final TcpSettings settings) {
        receiveBytes = settings.recvSpace;
        sendBytes = settings.sendSpace;
        keepInitMs = settings.keepInitUs / US_PER_MS;
        keepIdleMs = settings.keepIdleUs / US_PER_MS;
        keepIntervalMs = settings.keepIntervalUs / US_PER_MS;
        keepCount = settings.keepCount;
    }

    private SockOptions(final SockOptions from) {
        reuseAddr = from.reuseAddr;
        reusePort = from.reusePort;
        keepAlive = from.keepAlive;
        noDelay = from.noDelay;
        noPush = from.noPush;
        noOptions = from.noOptions;
        linger = from.linger;
        receiveBytes = from.receiveBytes;
        sendBytes = from.sendBytes;
        maxSegment = from.maxSegment;
        ttl = from.ttl;
        tos = from.tos;
        keepInitMs = from.keepInitMs;
        keepIdleMs = from.keepIdleMs;
        keepIntervalMs = from.keepIntervalMs;
        keepCount = from.keepCount;
    }

    SockOptions copy() {
        return new SockOptions(this);
    }

    /** EINVAL: the value; ENOBUFS: a buffer too large; ENOPROTOOPT: to be read only. */
    NetError set(final SockOpt option, final int value) {
        final boolean on = value != 0;
        return switch (option) {
            case SO_REUSEADDR -> done(reuseAddr = on);
            case SO_REUSEPORT -> done(reusePort = on);
            case SO_KEEPALIVE -> done(keepAlive = on);
            case TCP_NODELAY -> done(noDelay = on);
            case TCP_NOPUSH -> done(noPush = on);
            case TCP_NOOPT -> done(noOptions = on);
            case SO_LINGER -> inRange(value, SockOpt.NO_LINGER, MAX_LINGER) ? done(linger = value) : NetError.EINVAL;
            case SO_RCVBUF -> bufferSize(value, () -> receiveBytes = value);
            case SO_SNDBUF -> bufferSize(value, () -> sendBytes = value);
            case TCP_MAXSEG -> inRange(value, 1, 65_535) ? done(maxSegment = value) : NetError.EINVAL;
            case TCP_KEEPINIT -> value > 0 ? done(keepInitMs = value) : NetError.EINVAL;
            case TCP_KEEPIDLE -> value > 0 ? done(keepIdleMs = value) : NetError.EINVAL;
            case TCP_KEEPINTVL -> value > 0 ? done(keepIntervalMs = value) : NetError.EINVAL;
            case TCP_KEEPCNT -> value > 0 ? done(keepCount = value) : NetError.EINVAL;
            case IP_TTL -> inRange(value, 1, 255) ? done(ttl = value) : NetError.EINVAL;
            case IP_TOS -> inRange(value, 0, 255) ? done(tos = value) : NetError.EINVAL;
            case SO_ERROR, SO_TYPE, SO_ACCEPTCONN -> NetError.ENOPROTOOPT;
        };
    }

    /** Empty for what is no option but a state. */
    OptionalInt get(final SockOpt option) {
        return switch (option) {
            case SO_REUSEADDR -> flag(reuseAddr);
            case SO_REUSEPORT -> flag(reusePort);
            case SO_KEEPALIVE -> flag(keepAlive);
            case TCP_NODELAY -> flag(noDelay);
            case TCP_NOPUSH -> flag(noPush);
            case TCP_NOOPT -> flag(noOptions);
            case SO_LINGER -> OptionalInt.of(linger);
            case SO_RCVBUF -> OptionalInt.of(receiveBytes);
            case SO_SNDBUF -> OptionalInt.of(sendBytes);
            case TCP_MAXSEG -> OptionalInt.of(maxSegment);
            case TCP_KEEPINIT -> OptionalInt.of((int) keepInitMs);
            case TCP_KEEPIDLE -> OptionalInt.of((int) keepIdleMs);
            case TCP_KEEPINTVL -> OptionalInt.of((int) keepIntervalMs);
            case TCP_KEEPCNT -> OptionalInt.of(keepCount);
            case IP_TTL -> OptionalInt.of(ttl);
            case IP_TOS -> OptionalInt.of(tos);
            case SO_TYPE -> OptionalInt.of(SockCall.SOCK_STREAM);
            case SO_ERROR, SO_ACCEPTCONN -> OptionalInt.empty();
        };
    }

    /** Tells the control block; keep-alive is switched apart, by the machine. */
    void applyTo(final TcpCb tcb) {
        tcb.noDelay(noDelay);
        tcb.noPush(noPush);
        tcb.noOptions(noOptions);
        tcb.maxSegment(maxSegment);
        tcb.keepTimes(keepInitMs * US_PER_MS, keepIdleMs * US_PER_MS, keepIntervalMs * US_PER_MS, keepCount);
        tcb.receiveBuffer().limit(receiveBytes);
        tcb.sendBuffer().limit(sendBytes);
    }

    private static NetError bufferSize(final int bytes, final Runnable set) {
        if (bytes <= 0) {
            return NetError.EINVAL;
        }
        if (bytes > MAX_SOCKBUF) {
            return NetError.ENOBUFS;
        }
        set.run();
        return NetError.OK;
    }

    private static boolean inRange(final int value, final int least, final int most) {
        return value >= least && value <= most;
    }

    private static NetError done(final Object assigned) {
        return NetError.OK;
    }

    private static OptionalInt flag(final boolean on) {
        return OptionalInt.of(on ? 1 : 0);
    }
}
