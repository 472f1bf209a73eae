package odonata.ssi.uplink;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one CPU here has given to one CPU of another member: the other end of {@link SendCredit}.
 *
 * <p>Writers: the receiving agent counts what arrives and what it has allowed, the target CPU's carrier counts what it has
 * taken off its ring. An entry that was lost on the way is counted as taken when a later one is, so no credit leaks.
 */
final class ReceiveCredit {
    private final int window;
    private long arrived;
    private long allowed;
    private final AtomicLong taken = new AtomicLong();

    ReceiveCredit(final int window) {
        this.window = window;
    }

    /**
     * Full number of an entry from its low 32 bits.
     *
     * @return the number, always above {@link #arrived()} and within the credit; or -1 for an entry that was here before or
     *     for which no credit was given
     */
    long numberOf(final long after, final int low) {
        final int step = low - (int) after;
        final long number = after + step;
        return step > 0 && number <= allowed ? number : -1;
    }

    /** Number of the last entry that arrived. Agent. */
    long arrived() {
        return arrived;
    }

    /** An entry arrived; returns how many before it did not. Agent. */
    long arrive(final long number) {
        final long missing = number - arrived - 1;
        arrived = number;
        return missing;
    }

    /** The target has taken the entry off its ring. Carrier. */
    void took(final long number) {
        taken.setRelease(number);
    }

    /** How many entries may be sent in all, by what the target has taken. Agent. */
    long limit() {
        return taken.getAcquire() + window;
    }

    /** Allowed so far. Agent. */
    long allowed() {
        return allowed;
    }

    /** True when enough was taken to be worth a credit frame, or when anything was and {@code quiet}. Agent. */
    boolean due(final boolean quiet) {
        final long more = limit() - allowed;
        return more > 0 && (quiet || more >= Math.max(1, window / 4));
    }

    /** The sender is being told {@code total}. Agent, before the frame leaves. */
    void allow(final long total) {
        allowed = Math.max(allowed, total);
    }

    /** Entries that arrived and wait on the ring. */
    long waiting() {
        return arrived - taken.getOpaque();
    }
}
