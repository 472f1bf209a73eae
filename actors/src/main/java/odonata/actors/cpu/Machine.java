package odonata.actors.cpu;

import java.util.List;

/** The CPUs of one member, with a ring between every ordered pair. API FIRST: bodies follow. */
@SuppressWarnings("DoNotCallSuggester")
public final class Machine implements AutoCloseable {

    private static UnsupportedOperationException follows() {
        return new UnsupportedOperationException("body follows");
    }

    /** CPUs on carrier threads of their own. */
    public static Machine onWallClock(
            final int member, final List<Integer> cpuIds, final CpuSettings settings, final PanicHandler panic) {
        throw follows();
    }

    /** CPUs that a conductor drives. */
    public static Machine inVirtualTime(
            final Conductor conductor,
            final int member,
            final List<Integer> cpuIds,
            final CpuSettings settings,
            final PanicHandler panic) {
        throw follows();
    }

    /** The way to other members; before {@link #start}. */
    public void connect(final Uplink uplink) {
        throw follows();
    }

    /** Member id. */
    public int member() {
        throw follows();
    }

    /** The CPUs in ascending order. */
    public List<Cpu> cpus() {
        throw follows();
    }

    /** True when the CPU is one of this machine. */
    public boolean hosts(final int cpu) {
        throw follows();
    }

    /** A CPU of this machine. */
    public Cpu cpu(final int id) {
        throw follows();
    }

    /** Starts the CPUs. */
    public void start() {
        throw follows();
    }

    /** Stops the CPUs and waits until their carriers have ended. */
    @Override
    public void close() {
        throw follows();
    }
}
