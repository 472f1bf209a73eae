package odonata.actors.cpu;

import java.util.Arrays;
import odonata.protocol.clock.Clock;

/**
 * Who gets the time of a CPU ({@code lwkt.accounting}): what is between two readings of the clock, the class that ran.
 *
 * <p>In virtual time, and after a turn that took long, the clock is read whenever the class changes. That takes about as long as a
 * short message, so while turns are short only one in {@link #MEASURED} is measured like this. Of the others only the whole is
 * known; it is shared by how often each class ran, times how long it took when it was measured. What takes long all of a sudden may be
 * shared wrongly, but not again before {@link #AFTER_LONG} times as long: no more than a fifth of the time.
 * Thread: the carrier.
 */
@SuppressWarnings("EnumOrdinal") // dense arrays indexed by the constants
final class Accounting {
    private static final ThreadClass[] CLASSES = ThreadClass.values();

    /** Of so many short turns one is measured. */
    private static final int MEASURED = 16;

    /** In a turn of that length readings of the clock do not matter. */
    private static final long LONG_NS = 10_000;

    /** After such a turn all are measured for so many times as long. */
    private static final int AFTER_LONG = 4;

    /** Measured runs of a class from which on the older ones count half. */
    private static final int MEMORY = 256;

    private final boolean on;
    private final CpuCounters counters;
    private final Clock clock;
    private final boolean always;
    private final long[] measuredNs = new long[CLASSES.length];
    private final int[] measuredRuns = new int[CLASSES.length];
    private final double[] nsOfRun = new double[CLASSES.length];
    private final int[] runs = new int[CLASSES.length];
    private long markNs;
    private long turnStartNs;
    private long measuresUntilNs;
    private ThreadClass running;
    private boolean measures = true;
    private boolean several;
    private int turns;

    /** {@code always}: measures every turn, as reading the clock takes no time. */
    Accounting(final boolean on, final CpuCounters counters, final Clock clock, final boolean always) {
        this.on = on;
        this.counters = counters;
        this.clock = clock;
        this.always = always;
        markNs = clock.nowNs();
        turnStartNs = markNs;
        measuresUntilNs = markNs;
        Arrays.fill(nsOfRun, 1);
    }

    /** Something of that class runs from now on. */
    void begin(final ThreadClass threadClass) {
        if (running != threadClass) {
            changed();
            running = threadClass;
        }
        runs[threadClass.ordinal()]++;
    }

    private void changed() {
        if (on && measures) {
            spent(clock.nowNs());
        } else {
            several |= running != null;
        }
    }

    /** The CPU was idle, and the kernel has found something to do since the last {@link #upTo}. */
    void wasNotIdle() {
        if (running == null) {
            running = ThreadClass.KERNEL;
        }
    }

    /** A turn begins; until then what has run has run. */
    void upTo(final long nowNs) {
        if (on) {
            end(nowNs);
            measures = always || nowNs - measuresUntilNs < 0 || ++turns % MEASURED == 0;
        }
    }

    /** Nothing runs from now on. */
    void idle(final long nowNs) {
        if (running != null) {
            if (on) {
                end(nowNs);
            }
            running = null;
        }
    }

    private void end(final long nowNs) {
        if (several) {
            share(nowNs - markNs);
            markNs = nowNs;
        } else {
            spent(nowNs);
        }
        if (running != null) {
            several = false;
            Arrays.fill(runs, 0);
            final long turnNs = nowNs - turnStartNs;
            if (turnNs >= LONG_NS) {
                measuresUntilNs = nowNs + AFTER_LONG * turnNs;
            }
        }
        turnStartNs = nowNs;
    }

    private void spent(final long nowNs) {
        final long ns = nowNs - markNs;
        markNs = nowNs;
        counters.spent(running, ns);
        if (running != null && runs[running.ordinal()] > 0) {
            learn(running.ordinal(), ns);
        }
    }

    private void learn(final int index, final long ns) {
        measuredNs[index] += ns;
        measuredRuns[index] += runs[index];
        runs[index] = 0;
        nsOfRun[index] = Math.max(1.0, (double) measuredNs[index] / measuredRuns[index]);
        if (measuredRuns[index] >= MEMORY) {
            measuredNs[index] /= 2;
            measuredRuns[index] /= 2;
        }
    }

    /** What rounding leaves goes to the class that ran last. */
    private void share(final long ns) {
        double weights = 0;
        for (int i = 0; i < CLASSES.length; i++) {
            weights += runs[i] * nsOfRun[i];
        }
        final double nsOfWeight = ns / weights;
        long left = ns;
        for (final ThreadClass each : CLASSES) {
            if (runs[each.ordinal()] > 0) {
                final long part = (long) (runs[each.ordinal()] * nsOfRun[each.ordinal()] * nsOfWeight);
                counters.spent(each, part);
                left -= part;
            }
        }
        counters.spent(running, left);
    }
}
