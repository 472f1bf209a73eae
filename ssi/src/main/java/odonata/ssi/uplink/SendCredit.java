package odonata.ssi.uplink;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Leave of one source CPU here to send entries to one CPU of another member.
 *
 * <p>Counted in all, never in differences: the addressee says how many entries may have been sent since the beginning. So a
 * credit frame may be lost, repeated or overtaken without harm. Writers: the source CPU's carrier counts what it sends, the
 * receiving agent raises the limit.
 */
final class SendCredit {
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong limit = new AtomicLong();
    private final AtomicLong window = new AtomicLong();

    /** True when one more may be sent. Carrier; a hint for others. */
    boolean available() {
        return sent.getOpaque() < limit.getAcquire();
    }

    /** Uses one; returns its number, first 1. Carrier, after {@link #available()}. */
    long take() {
        final long number = sent.getPlain() + 1;
        sent.setOpaque(number);
        return number;
    }

    /** The addressee allows {@code total} in all. Agent. An old value changes nothing. */
    void allow(final long total) {
        if (total > limit.getPlain()) {
            if (limit.getPlain() == 0) {
                window.setOpaque(total);
            }
            limit.setRelease(total);
        }
    }

    /** True once the addressee has allowed anything. */
    boolean known() {
        return limit.getOpaque() > 0;
    }

    /** Entries under way, as far as the addressee has told. */
    long used() {
        return Math.max(0, sent.getOpaque() - (limit.getOpaque() - window.getOpaque()));
    }

    /** Most entries that may be under way. */
    long most() {
        return window.getOpaque();
    }

    /** Entries sent since the beginning. */
    long sent() {
        return sent.getOpaque();
    }
}
