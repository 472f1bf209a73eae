package odonata.ssi.uplink;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/** How the receiving agent waits: as the driver when all is quiet, shorter while credit that was given is in use. */
final class ReceiverIdle implements IdleStrategy {
    private static final long EAGER_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final IdleStrategy quiet;
    private final IdleStrategy eager;
    private final BooleanSupplier busy;

    ReceiverIdle(final DriverSettings settings, final BooleanSupplier busy) {
        this.quiet = Driver.idle(settings);
        this.eager = new BackoffIdleStrategy(
                10,
                5,
                TimeUnit.MICROSECONDS.toNanos(10),
                Math.min(EAGER_NS, settings.idleMax().toNanos()));
        this.busy = busy;
    }

    @Override
    public void idle(final int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        (busy.getAsBoolean() ? eager : quiet).idle();
    }

    @Override
    public void reset() {
        quiet.reset();
        eager.reset();
    }
}
