package odonata.ssi.uplink;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.IdleStrategy;

/**
 * How a thread that polls waits: a share of the time that usually passes between two pieces of work, so that it adds little to the
 * latency of traffic that flows and costs little when all is quiet. Each wait begins short and grows. The shortest sleep takes twice as long as
 * it should and a wake-up besides: where work comes faster than that, the thread looks again whenever no other wants its core.
 *
 * <p>Thread: the one that polls.
 */
@SuppressWarnings("ThreadPriorityCheck") // it gives its core away before it sleeps
final class PacedIdle implements IdleStrategy {
    /** Over so long the pieces of work are counted. */
    static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(64);

    /** Longest sleep while the owner says that it is busy. */
    static final long EAGER_NS = TimeUnit.MICROSECONDS.toNanos(50);

    /** A sleep is at most this part of the usual gap. */
    static final int SHARE = 3;

    /** Where work usually comes after so long or sooner, the thread yields its core some times before it sleeps. */
    static final long OFTEN_NS = TimeUnit.MICROSECONDS.toNanos(200);

    /** How many times: together about as long as the shortest sleep takes. */
    static final int YIELDS = 50;

    private static final int SPINS = 10;
    private static final int GROWTH = 4;
    private static final long FIRST_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final long max;
    private final int yields;
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
     * @param yields how often it yields where work comes often, {@link #YIELDS}; 0 for a thread whose work nobody waits for
     * @param busy true while something is expected soon
     */
    PacedIdle(final DriverSettings settings, final int yields, final BooleanSupplier busy) {
        this(settings.idleMax().toNanos(), yields, busy, System::nanoTime, LockSupport::parkNanos);
    }

    PacedIdle(
            final long max,
            final int yields,
            final BooleanSupplier busy,
            final LongSupplier clock,
            final LongConsumer parker) {
        this.max = max;
        this.yields = yields;
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
        if (spun < SPINS + yields && gap() <= OFTEN_NS) {
            spun++;
            Thread.yield();
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

    private long longest() {
        if (busy.getAsBoolean()) {
            return Math.min(EAGER_NS, max);
        }
        return Math.min(max, Math.max(FIRST_NS, gap() / SHARE));
    }

    /** A gap of the last window or, when there was more work since it ended, of this one. */
    private long gap() {
        return WINDOW_NS / Math.max(1, Math.max(works, worksBefore));
    }

    @Override
    public void reset() {
        spun = 0;
        next = FIRST_NS;
    }
}
