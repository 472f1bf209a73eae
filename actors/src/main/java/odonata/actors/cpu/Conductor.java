package odonata.actors.cpu;

/** Drives many CPUs in virtual time, earliest first. API FIRST: bodies follow. */
@SuppressWarnings("DoNotCallSuggester")
public final class Conductor {

    private static UnsupportedOperationException follows() {
        return new UnsupportedOperationException("body follows");
    }

    /** A conductor at time 0. */
    public static Conductor create(final CostModel costs) {
        throw follows();
    }

    /** The cost table. */
    public CostModel costs() {
        throw follows();
    }

    /** Time of the latest step. */
    public long nowNs() {
        throw follows();
    }

    /** Runs a function at a virtual time, before any CPU's step of that time; at once in the next step when it is past. */
    public void at(final long timeNs, final Runnable event) {
        throw follows();
    }

    /** Runs steps up to and including {@code timeNs}; afterwards {@link #nowNs} is {@code timeNs}. Returns the number of steps. */
    public long runUntil(final long timeNs) {
        throw follows();
    }

    /** Runs until nothing is left to do, at most {@code maxSteps}. Returns the number of steps. */
    public long runUntilQuiet(final long maxSteps) {
        throw follows();
    }

    /** One step: the earliest CPU's next turn. False when nothing is left to do. */
    public boolean step() {
        throw follows();
    }

    /** Called after every step with the CPU that ran. */
    public void afterEachStep(final java.util.function.Consumer<Cpu> checker) {
        throw follows();
    }

    /** 64-bit hash over (cpu, time, thread, kind of message) of all messages served so far. */
    public long traceHash() {
        throw follows();
    }
}
