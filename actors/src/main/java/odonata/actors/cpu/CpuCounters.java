package odonata.actors.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counters of one CPU. One writer, the CPU itself, with opaque writes; readable from any thread at any time without a lock.
 * Free-running: a reader takes differences.
 */
@SuppressWarnings({"DoNotCallSuggester", "EnumOrdinal"})
public final class CpuCounters {
    private final AtomicLongArray values = new AtomicLongArray(CpuCounter.values().length);
    private final AtomicLongArray busyNs = new AtomicLongArray(ThreadClass.values().length);

    /** The value of a counter. */
    public long get(final CpuCounter counter) {
        return values.getOpaque(counter.ordinal());
    }

    /** Nanoseconds spent in threads of a class; 0 while {@code lwkt.accounting} is off. */
    public long busyNs(final ThreadClass threadClass) {
        return busyNs.getOpaque(threadClass.ordinal());
    }

    /** Per thread counters, for the threads that exist now. */
    public List<ThreadCounters> threads() {
        return new ArrayList<>();
    }

    /** Messages sent to a CPU, this one included (row of the crossbar matrix). */
    public long messagesTo(final int cpu) {
        throw new UnsupportedOperationException("body follows " + cpu);
    }

    /** Wake-ups of a CPU that this one found asleep. */
    public long ipisTo(final int cpu) {
        throw new UnsupportedOperationException("body follows " + cpu);
    }

    /** Times this CPU found its ring to another, or the uplink's credit for it, used up. */
    public long ringFullTo(final int cpu) {
        throw new UnsupportedOperationException("body follows " + cpu);
    }
}
