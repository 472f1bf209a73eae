package odonata.ssi.uplink;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.IdleStrategy;

/**
 * How a thread that polls waits: a share of the time that usually passes between two pieces of work, so that it adds little to the
 * latency of traffic that flows and costs little when all is quiet. Each wait begins short and grows.
 *
 * <p>Thread: the one that polls.
 */
final class PacedIdle implements IdleStrategy {
    /** Over so long the pieces of work are counted. */
    static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(64);

    /** Longest sleep while the owner says that it is busy. */
    static final long EAGER_NS = TimeUnit.MICROSECONDS.toNanos(50);

    /** A sleep is at most this part of the usual gap. */
    static final int SHARE = 3;

    private static final int SPINS = 10;
    private static final int GROWTH = 4;
    private static final long FIRST_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final long max;
    private final BooleanSupplier busy;
    private final LongSupplier clock;
    private final LongConsumer parker;
    private long windowStart;
    private int works;
    private int worksBefore;
    private int spun;
    private long next = FIRST_NS;

    /**
     * @param settings {@code idle-max}, above which no sleep is
     * @param busy true while something is expected soon
     */
    PacedIdle(final DriverSettings settings, final BooleanSupplier busy) {
        this(settings.idleMax().toNanos(), busy, System::nanoTime, LockSupport::parkNanos);
    }

    PacedIdle(final long max, final BooleanSupplier busy, final LongSupplier clock, final LongConsumer parker) {
        this.max = max;
        this.busy = busy;
        this.clock = clock;
        this.parker = parker;
        this.windowStart = clock.getAsLong();
    }

    @Override
    public void idle(final int workCount) {
        if (workCount > 0) {
            works++;
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        if (spun < SPINS) {
            spun++;
            Thread.onSpinWait();
            return;
        }
        final long now = clock.getAsLong();
        if (now - windowStart >= WINDOW_NS) {
            worksBefore = works;
            works = 0;
            windowStart = now;
        }
        parker.accept(Math.min(next, longest()));
        next = Math.min(GROWTH * next, max);
    }

    /** A gap of the last window or, when there was more work since it ended, of this one. */
    private long longest() {
        if (busy.getAsBoolean()) {
            return Math.min(EAGER_NS, max);
        }
        final long gap = WINDOW_NS / Math.max(1, Math.max(works, worksBefore));
        return Math.min(max, Math.max(FIRST_NS, gap / SHARE));
    }

    @Override
    public void reset() {
        spun = 0;
        next = FIRST_NS;
    }
}
