package odonata.actors.cpu;

import akka.actor.AbstractScheduler;
import akka.actor.Cancellable;
import akka.event.LoggingAdapter;
import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/** Akka's scheduler on the callouts of the CPU, so that its timers run on the CPU's clock; made by Akka. */
public final class CpuScheduler extends AbstractScheduler {
    private static final double NS_PER_SECOND = 1e9;

    private final Cpu cpu;

    /** Called by Akka. */
    public CpuScheduler(final Config config, final LoggingAdapter log, final ThreadFactory threadFactory) {
        super();
        cpu = CpuRegistry.get(config.getString(CpuRegistry.KEY));
    }

    @Override
    @SuppressWarnings("deprecation") // the other variants of Akka's end here
    public Cancellable schedule(
            final FiniteDuration initialDelay,
            final FiniteDuration delay,
            final Runnable runnable,
            final ExecutionContext executor) {
        return new Timer(runnable, executor, delay.toNanos()).arm(initialDelay.toNanos());
    }

    @Override
    public Cancellable scheduleOnce(
            final FiniteDuration delay, final Runnable runnable, final ExecutionContext executor) {
        return new Timer(runnable, executor, 0).arm(delay.toNanos());
    }

    @Override
    public double maxFrequency() {
        return NS_PER_SECOND;
    }

    /** One timer of Akka's; fires on the carrier. May be armed and cancelled by any thread. */
    private final class Timer implements Cancellable {
        private final Runnable runnable;
        private final ExecutionContext executor;
        private final long periodNs;
        private final CalloutQueue.Entry callout = cpu.callouts().callout(this::fire);
        private volatile boolean ended;

        private Timer(final Runnable runnable, final ExecutionContext executor, final long periodNs) {
            this.runnable = runnable;
            this.executor = executor;
            this.periodNs = periodNs;
        }

        private Timer arm(final long delayNs) {
            if (cpu.onCarrier()) {
                callout.reset(delayNs);
            } else {
                final long deadline = cpu.clock().nowNs() + delayNs;
                cpu.inject(() -> armAt(deadline));
            }
            return this;
        }

        private void armAt(final long deadline) {
            if (!ended) {
                callout.resetAt(deadline);
            }
        }

        private void fire() {
            if (ended) {
                return;
            }
            if (periodNs > 0) {
                callout.resetAt(callout.deadlineNs() + periodNs);
            } else {
                ended = true;
            }
            executor.execute(runnable);
        }

        @Override
        public boolean cancel() {
            if (ended) {
                return false;
            }
            ended = true;
            if (cpu.onCarrier()) {
                callout.stop();
            }
            return true;
        }

        @Override
        public boolean isCancelled() {
            return ended;
        }
    }
}
