package odonata.actors.crossbar;

import java.util.concurrent.atomic.AtomicInteger;

/** A CPU that does nothing by itself: counts what its crossbar executes, and how often others wake it. */
public final class CountingHost implements CrossbarHost {
    private final AtomicInteger wakeUps = new AtomicInteger();
    private int executed;

    /** By the CPU's own thread. */
    int executed() {
        return executed;
    }

    /** By any thread. */
    public int wakeUps() {
        return wakeUps.get();
    }

    @Override
    public void execute(final Object entry) {
        executed++;
    }

    @Override
    public int batch() {
        return 1;
    }

    @Override
    public void woke(final int slot) {}

    @Override
    public void ipi() {
        wakeUps.incrementAndGet();
    }

    @Override
    public void due(final long dueNs) {}

    @Override
    public void stall(final int round) {
        Thread.onSpinWait();
    }

    @Override
    public boolean isGone() {
        return false;
    }
}
