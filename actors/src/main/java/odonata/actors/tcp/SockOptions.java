package odonata.actors.tcp;

import java.util.OptionalInt;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.protocol.errno.NetError;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.tcp.machine.TcpCb;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.wire.Fields;

/** The options of a TCP socket. Owner: that of the socket; a listening one publishes a copy, which nobody changes. */
final class SockOptions {
    /** Room in the send buffer from which on it counts as writable ({@code so_snd.sb_lowat}). */
    private static final int SEND_LOWAT = 2_048;

    private static final int MAX_LINGER = 32_767;
    private static final int US_PER_MS = 1_000;
    private static final int COUNT = SockOpt.values().length;

    private final TcpSettings settings;
    /** By the number of the option; 0: not set. */
    private final int[] values;

    /** As the settings say. */
    SockOptions(final TcpSettings settings) {
        this.settings = settings;
        values = new int[COUNT];
        put(SockOpt.SO_TYPE, SockCall.SOCK_STREAM);
        put(SockOpt.SO_LINGER, SockOpt.NO_LINGER);
        put(SockOpt.SO_OOBINLINE, 1);
        put(SockOpt.SO_RCVLOWAT, 1);
        put(SockOpt.SO_SNDLOWAT, SEND_LOWAT);
        put(SockOpt.SO_RCVBUF, settings.recvSpace);
        put(SockOpt.SO_SNDBUF, settings.sendSpace);
        put(SockOpt.TCP_KEEPINIT, (int) (settings.keepInitUs / US_PER_MS));
        put(SockOpt.TCP_KEEPIDLE, (int) (settings.keepIdleUs / US_PER_MS));
        put(SockOpt.TCP_KEEPINTVL, (int) (settings.keepIntervalUs / US_PER_MS));
        put(SockOpt.TCP_KEEPCNT, settings.keepCount);
        put(SockOpt.IP_TTL, Ipv4Header.DEFAULT_TTL);
    }

    private SockOptions(final SockOptions from) {
        settings = from.settings;
        values = from.values.clone();
    }

    SockOptions copy() {
        return new SockOptions(this);
    }

    /** The values as bytes, or others from them. */
    void fields(final Fields f) {
        for (int i = 0; i < COUNT; i++) {
            values[i] = f.int32(values[i]);
        }
    }

    /** True when a switch is on. */
    boolean has(final SockOpt option) {
        return get(option) != 0;
    }

    /** Its value; 0 when it was not set, and for what is no option but a state. */
    int get(final SockOpt option) {
        return values[index(option)];
    }

    private void put(final SockOpt option, final int value) {
        values[index(option)] = value;
    }

    @SuppressWarnings("EnumOrdinal") // the number of an option in this array, nowhere else
    private static int index(final SockOpt option) {
        return option.ordinal();
    }

    /** EINVAL: the value; ENOBUFS: a buffer too large; ENOPROTOOPT: to be read only. */
    NetError set(final SockOpt option, final int value) {
        final OptionalInt least = least(option);
        if (least.isEmpty()) {
            return NetError.ENOPROTOOPT;
        }
        if (value > settings.maxSockbuf && (option == SockOpt.SO_RCVBUF || option == SockOpt.SO_SNDBUF)) {
            return NetError.ENOBUFS;
        }
        if (value < least.getAsInt() || value > most(option)) {
            return NetError.EINVAL;
        }
        put(option, value);
        return NetError.OK;
    }

    private static OptionalInt least(final SockOpt option) {
        return switch (option) {
            case SO_ERROR, SO_TYPE, SO_ACCEPTCONN -> OptionalInt.empty();
            case SO_REUSEADDR,
                    SO_REUSEPORT,
                    SO_BROADCAST,
                    SO_OOBINLINE,
                    SO_DEBUG,
                    SO_KEEPALIVE,
                    TCP_NODELAY,
                    TCP_NOPUSH,
                    TCP_NOOPT -> OptionalInt.of(Integer.MIN_VALUE);
            case SO_LINGER -> OptionalInt.of(SockOpt.NO_LINGER);
            case IP_TOS, TCP_USER_TIMEOUT -> OptionalInt.of(0);
            case SO_RCVBUF,
                    SO_SNDBUF,
                    SO_RCVLOWAT,
                    SO_SNDLOWAT,
                    TCP_MAXSEG,
                    TCP_KEEPINIT,
                    TCP_KEEPIDLE,
                    TCP_KEEPINTVL,
                    TCP_KEEPCNT,
                    IP_TTL -> OptionalInt.of(1);
        };
    }

    private static int most(final SockOpt option) {
        return switch (option) {
            case SO_LINGER -> MAX_LINGER;
            case TCP_MAXSEG -> 0xffff;
            case IP_TTL, IP_TOS -> 0xff;
            default -> Integer.MAX_VALUE;
        };
    }

    /** Tells the control block; keep-alive is switched apart, by the machine. */
    void applyTo(final TcpCb tcb) {
        tcb.noDelay(has(SockOpt.TCP_NODELAY));
        tcb.noPush(has(SockOpt.TCP_NOPUSH));
        tcb.noOptions(has(SockOpt.TCP_NOOPT));
        tcb.maxSegment(get(SockOpt.TCP_MAXSEG));
        tcb.keepTimes(
                us(SockOpt.TCP_KEEPINIT),
                us(SockOpt.TCP_KEEPIDLE),
                us(SockOpt.TCP_KEEPINTVL),
                get(SockOpt.TCP_KEEPCNT));
        tcb.userTimeout(us(SockOpt.TCP_USER_TIMEOUT));
        tcb.receiveBuffer().limit(get(SockOpt.SO_RCVBUF));
        tcb.sendBuffer().limit(get(SockOpt.SO_SNDBUF));
    }

    private long us(final SockOpt option) {
        return (long) get(option) * US_PER_MS;
    }
}
