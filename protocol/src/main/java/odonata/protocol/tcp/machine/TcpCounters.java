package odonata.protocol.tcp.machine;

/** Counts of one machine; written by its thread. */
@SuppressWarnings("EnumOrdinal") // the index of a counter in an array, nowhere else
public final class TcpCounters {
    private final long[] counts = new long[TcpCounter.values().length];

    /** How often it happened. */
    public long get(final TcpCounter counter) {
        return counts[counter.ordinal()];
    }

    void add(final TcpCounter counter, final long amount) {
        counts[counter.ordinal()] += amount;
    }

    void inc(final TcpCounter counter) {
        counts[counter.ordinal()]++;
    }
}
