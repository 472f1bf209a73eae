package odonata.ssi.membership;

import akka.event.EventStream;
import akka.remote.FailureDetector;
import akka.remote.PhiAccrualFailureDetector;
import com.typesafe.config.Config;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import scala.Option;
import scala.concurrent.duration.FiniteDuration;

/**
 * Akka's phi accrual failure detector, on a clock that stands still while this process does.
 *
 * <p>After a long garbage collection, a suspended laptop or a virtual machine that its host left without a processor, every
 * other member seems silent: their heartbeats lie unread, or their process stood still on the same machine. Such time says nothing about
 * them. Akka makes one detector for each other member, by the name in {@code odonata-control-plane.conf}; its reaper
 * asks each twice a second, and that is what tells a process that runs from one that stood still.
 *
 * <p>Threads: those of Akka's cluster daemon and of who draws the picture.
 */
public final class AwakeFailureDetector extends PhiAccrualFailureDetector {
    private static final FailureDetector.Clock CLOCK = new AwakeClock(System::nanoTime);

    private volatile boolean condemned;

    /** The constructor that Akka calls, with the section {@code akka.cluster.failure-detector}. */
    public AwakeFailureDetector(final Config config, final EventStream events) {
        this(config, events, CLOCK);
    }

    AwakeFailureDetector(final Config config, final EventStream events, final FailureDetector.Clock clock) {
        super(
                config.getDouble("threshold"),
                config.getInt("max-sample-size"),
                duration(config.getDuration("min-std-deviation")),
                duration(config.getDuration("acceptable-heartbeat-pause")),
                duration(config.getDuration("heartbeat-interval")),
                Option.apply(events),
                clock);
    }

    /** The other's process has ended, whatever its last heartbeats say. For good: a new process at its address has a detector of its own. */
    void condemn() {
        condemned = true;
    }

    @Override
    public boolean isAvailable() {
        return !condemned && super.isAvailable();
    }

    private static FiniteDuration duration(final Duration duration) {
        return FiniteDuration.apply(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Milliseconds during which this process ran. Between two readings at most {@link #LONGEST_STEP_MS} of them pass. */
    static final class AwakeClock extends FailureDetector.Clock {
        /** Twice the interval in which the reaper reads. */
        static final long LONGEST_STEP_MS = 1_000;

        private final LongSupplier nowNs;
        private long lastNs;
        private long awakeNs;

        AwakeClock(final LongSupplier nowNs) {
            this.nowNs = nowNs;
            this.lastNs = nowNs.getAsLong();
        }

        @Override
        public synchronized long apply$mcJ$sp() {
            final long now = nowNs.getAsLong();
            awakeNs += Math.min(now - lastNs, TimeUnit.MILLISECONDS.toNanos(LONGEST_STEP_MS));
            lastNs = now;
            return TimeUnit.NANOSECONDS.toMillis(awakeNs);
        }

        @Override
        public Object apply() {
            return apply$mcJ$sp();
        }
    }
}
