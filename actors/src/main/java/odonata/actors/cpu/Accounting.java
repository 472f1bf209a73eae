package odonata.actors.cpu;

/** Who gets the time of a CPU: one reading of the clock when the class of what runs changes ({@code lwkt.accounting}). Thread: the carrier. */
final class Accounting {
    private final boolean on;
    private final CpuCounters counters;
    private final CpuDriver driver;
    private long markNs;
    private ThreadClass running;

    Accounting(final boolean on, final CpuCounters counters, final CpuDriver driver) {
        this.on = on;
        this.counters = counters;
        this.driver = driver;
        markNs = driver.clock().nowNs();
    }

    /** Something of that class runs from now on. */
    void begin(final ThreadClass threadClass) {
        if (running != threadClass) {
            if (on) {
                upTo(driver.clock().nowNs());
            }
            running = threadClass;
        }
    }

    /** The CPU was idle, and the kernel has found something to do since the last {@link #upTo}. */
    void wasNotIdle() {
        if (running == null) {
            running = ThreadClass.KERNEL;
        }
    }

    /** Until then what has run has run. */
    void upTo(final long nowNs) {
        if (on) {
            counters.spent(running, nowNs - markNs);
            markNs = nowNs;
        }
    }

    /** Nothing runs from now on. */
    void idle(final long nowNs) {
        if (running != null) {
            upTo(nowNs);
            running = null;
        }
    }
}
