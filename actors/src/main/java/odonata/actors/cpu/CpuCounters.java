package odonata.actors.cpu;

import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counters of one CPU. One writer, the CPU itself, with opaque writes; readable from any thread at any time without a lock.
 * Free-running: a reader takes differences.
 */
@SuppressWarnings("EnumOrdinal") // dense arrays indexed by the constants
public final class CpuCounters {
    private static final int CLASSES = ThreadClass.values().length;
    private static final int IDLE = CLASSES;

    private final AtomicLongArray values = new AtomicLongArray(CpuCounter.values().length);
    private final AtomicLongArray timeNs = new AtomicLongArray(CLASSES + 1);
    /** By ordinal: a CPU may have a million threads. */
    private final NavigableMap<Integer, CpuThread> threads = new ConcurrentSkipListMap<>();

    private final PairCounters pairs;

    CpuCounters(final PairCounters pairs) {
        this.pairs = pairs;
    }

    /** The value of a counter. */
    public long get(final CpuCounter counter) {
        return counter == CpuCounter.IDLE_NS ? timeNs.getOpaque(IDLE) : values.getOpaque(counter.ordinal());
    }

    /** Nanoseconds spent in threads of a class; 0 while {@code lwkt.accounting} is off. */
    public long busyNs(final ThreadClass threadClass) {
        return timeNs.getOpaque(threadClass.ordinal());
    }

    /** Nanoseconds spent in threads of all classes. */
    public long busyNs() {
        long sum = 0;
        for (int i = 0; i < CLASSES; i++) {
            sum += timeNs.getOpaque(i);
        }
        return sum;
    }

    /** The threads that exist now, in order of creation. */
    public List<ThreadCounters> threads() {
        return List.copyOf(threads.values());
    }

    /** Messages and functions sent to a CPU, this one included: one row of the crossbar matrix. */
    public long messagesTo(final int cpu) {
        return pairs.messagesTo(cpu);
    }

    /** Wake-ups of a CPU of this machine that this one found asleep. */
    public long ipisTo(final int cpu) {
        return pairs.ipisTo(cpu);
    }

    /** Times this CPU found its ring to another, or the uplink's credit for it, used up. */
    public long ringFullTo(final int cpu) {
        return pairs.ringFullTo(cpu);
    }

    void add(final CpuCounter counter, final long delta) {
        set(counter, values.getPlain(counter.ordinal()) + delta);
    }

    void set(final CpuCounter counter, final long value) {
        values.setOpaque(counter.ordinal(), value);
    }

    void spent(final ThreadClass threadClass, final long ns) {
        final int index = threadClass == null ? IDLE : threadClass.ordinal();
        timeNs.setOpaque(index, timeNs.getPlain(index) + ns);
    }

    void created(final CpuThread thread) {
        threads.put(thread.ordinal(), thread);
    }

    void ended(final CpuThread thread) {
        threads.remove(thread.ordinal());
    }
}
