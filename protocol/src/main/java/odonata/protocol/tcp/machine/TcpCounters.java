package odonata.protocol.tcp.machine;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts of one machine; written by its thread, read by any, which may see a count a moment late. */
@SuppressWarnings("EnumOrdinal") // the index of a counter in an array, nowhere else
public final class TcpCounters {
    private final AtomicLongArray counts = new AtomicLongArray(TcpCounter.values().length);

    /** How often it happened. */
    public long get(final TcpCounter counter) {
        return counts.getOpaque(counter.ordinal());
    }

    void add(final TcpCounter counter, final long amount) {
        final int at = counter.ordinal();
        counts.setOpaque(at, counts.getPlain(at) + amount);
    }

    void inc(final TcpCounter counter) {
        add(counter, 1);
    }
}
