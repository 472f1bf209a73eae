package odonata.loadgen;

import java.util.Arrays;

/**
 * Requests that were sent and are not decided yet, in the order of their sequence numbers.
 *
 * <p>A window over consecutive sequence numbers: the oldest slot is given free when it was answered or has timed out, so
 * expiry costs one step a request. Thread: one owner.
 */
final class InFlight {
    private static final long DECIDED = Long.MIN_VALUE;

    private final long[] intendedNs;
    private final int mask;
    private long oldest;
    private long next;

    /** A window of {@code capacity} requests, a power of two. */
    InFlight(final int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity=" + capacity + " must be a power of two");
        }
        intendedNs = new long[capacity];
        Arrays.fill(intendedNs, DECIDED);
        mask = capacity - 1;
    }

    boolean isFull() {
        return next - oldest > mask;
    }

    long nextSequence() {
        return next;
    }

    /** Notes that request {@link #nextSequence()}, due at {@code dueNs}, was sent. */
    void sent(final long dueNs) {
        intendedNs[(int) next++ & mask] = dueNs;
    }

    /** True when {@code sequence} was sent and not decided; its due time is then {@link #dueNs}. */
    boolean isOpen(final long sequence) {
        return sequence >= oldest && sequence < next && intendedNs[(int) sequence & mask] != DECIDED;
    }

    /** True for a number that this window ever gave out. */
    boolean wasSent(final long sequence) {
        return sequence >= 0 && sequence < next;
    }

    long dueNs(final long sequence) {
        return intendedNs[(int) sequence & mask];
    }

    void decide(final long sequence) {
        intendedNs[(int) sequence & mask] = DECIDED;
        while (oldest < next && intendedNs[(int) oldest & mask] == DECIDED) {
            oldest++;
        }
    }

    boolean isEmpty() {
        return oldest == next;
    }

    /** Sequence number of the oldest open request; only when not empty. */
    long oldest() {
        return oldest;
    }
}
