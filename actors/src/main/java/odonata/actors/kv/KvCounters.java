package odonata.actors.kv;

import java.util.concurrent.atomic.AtomicLongArray;

/** The counters of one CPU's keys. One writer, the CPU's carrier, with opaque writes; any thread reads without a lock. */
@SuppressWarnings("EnumOrdinal") // the index of a counter in an array, nowhere else
public final class KvCounters {
    private final AtomicLongArray values = new AtomicLongArray(KvCounter.values().length);

    /** The value of a counter. */
    public long get(final KvCounter counter) {
        return values.getOpaque(counter.ordinal());
    }

    void count(final KvCounter counter) {
        add(counter, 1);
    }

    void add(final KvCounter counter, final long n) {
        values.setOpaque(counter.ordinal(), values.getPlain(counter.ordinal()) + n);
    }
}
