package odonata.loadgen.client;

/** Requests of one connection that wait for their answers, which come in the same order. Times in nanoseconds of the lane's clock. */
final class Waiting {
    private final long[] dueNs;
    private final long[] sentNs;
    private int first;
    private int count;

    Waiting(final int capacity) {
        dueNs = new long[capacity];
        sentNs = new long[capacity];
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return count == dueNs.length;
    }

    int size() {
        return count;
    }

    void add(final long due, final long sent) {
        final int last = (first + count++) % dueNs.length;
        dueNs[last] = due;
        sentNs[last] = sent;
    }

    /** When the oldest was due; there must be one. */
    long oldestDueNs() {
        return dueNs[first];
    }

    /** When the oldest was sent; there must be one. */
    long oldestSentNs() {
        return sentNs[first];
    }

    void remove() {
        first = (first + 1) % dueNs.length;
        count--;
    }
}
