package odonata.protocol.tcp.machine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Counts of one machine; written by its thread, read by any, which may see a count a moment late. */
@SuppressWarnings("EnumOrdinal") // the index of a counter in an array, nowhere else
public final class TcpCounters {
    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[TcpCounter.values().length];

    /** How often it happened. */
    public long get(final TcpCounter counter) {
        return (long) COUNTS.getOpaque(counts, counter.ordinal());
    }

    void add(final TcpCounter counter, final long amount) {
        final int at = counter.ordinal();
        COUNTS.setOpaque(counts, at, counts[at] + amount);
    }

    void inc(final TcpCounter counter) {
        add(counter, 1);
    }
}
