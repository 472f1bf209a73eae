package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.syn.SynCookies;
import odonata.protocol.wire.Fields;

/**
 * SYN cookies of one CPU: those of its machine, and those of other members whose buckets it has taken over. They are opened by the key and the
 * clock of who made them, which is told to the new owner of a bucket as long as some are out that nothing else remembers. Owner: the tcp_thread.
 */
final class TcpCookies {
    private final TcpSecret secret;
    private final SynCookies own;
    private final long tickUs;
    private final List<Foreign> foreign = new ArrayList<>(0);
    private long neededUntilUs = Long.MIN_VALUE;

    /** Another member's, whose clock is {@code aheadUs} and {@code tsOffset} ticks ahead. */
    private record Foreign(TcpSecret secret, long aheadUs, int tsOffset, long untilUs) {
        private SynCookies cookies() {
            return new SynCookies(secret.k0(), secret.k1());
        }
    }

    /** The SYN that a cookie stands for, and by how much the timestamps of its connection are ahead of the clock here. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
    record Opened(byte[] syn, int tsOffset) {}

    TcpCookies(final TcpSecret secret, final long tickUs) {
        this.secret = secret;
        this.tickUs = tickUs;
        own = new SynCookies(secret.k0(), secret.k1());
    }

    /** As {@link SynCookies#make}. */
    int make(final FlowKey flow, final int irs, final int mss, final int scale, final long nowUs) {
        return own.make(flow, irs, mss, scale, nowUs);
    }

    /** A handshake is remembered by its cookie alone from now on. */
    void needed(final long nowUs) {
        neededUntilUs = nowUs + SynCookies.LIFETIME_US;
    }

    /** True while a cookie may come back that nothing else remembers. */
    boolean areOut(final long nowUs) {
        return nowUs < neededUntilUs;
    }

    /** True while one may come back here, also one of another member. */
    boolean mayCome(final long nowUs) {
        foreign.removeIf(other -> other.untilUs() < nowUs);
        return areOut(nowUs) || !foreign.isEmpty();
    }

    /** As {@link SynCookies#open}. */
    Optional<Opened> open(
            final FlowKey flow, final TcpHeader ack, final boolean timestamps, final int tsVal, final long nowUs) {
        final Optional<byte[]> mine = own.open(flow, ack, timestamps, tsVal, nowUs);
        if (mine.isPresent()) {
            return mine.map(syn -> new Opened(syn, 0));
        }
        for (final Foreign other : foreign) {
            final Optional<byte[]> its = other.cookies().open(flow, ack, timestamps, tsVal, nowUs + other.aheadUs());
            if (its.isPresent()) {
                return its.map(syn -> new Opened(syn, other.tsOffset()));
            }
        }
        return Optional.empty();
    }

    /** What opens the cookies that are out, for another CPU; nothing when none are. */
    byte[] key(final long nowUs) {
        if (!areOut(nowUs)) {
            return new byte[0];
        }
        final Fields f = Fields.writer(nowUs);
        f.int64(secret.k0());
        f.int64(secret.k1());
        f.timeUs(0);
        f.int32(tick(nowUs));
        return f.toBytes();
    }

    private int tick(final long nowUs) {
        return (int) (nowUs / tickUs);
    }

    /** The {@link #key} of another CPU. {@link IllegalArgumentException}: it is none. */
    void learn(final byte[] key, final long nowUs) {
        if (key.length == 0) {
            return;
        }
        final Fields f = Fields.reader(key, nowUs);
        final TcpSecret its = new TcpSecret(f.int64(0), f.int64(0));
        final long aheadUs = -f.timeUs(0);
        final int tsOffset = f.int32(0) - tick(nowUs);
        f.end();
        if (its.equals(secret)) {
            needed(nowUs);
            return;
        }
        foreign.removeIf(other -> other.secret().equals(its) || other.untilUs() < nowUs);
        foreign.add(new Foreign(its, aheadUs, tsOffset, nowUs + SynCookies.LIFETIME_US));
    }
}
