package odonata.ssi.uplink;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Leave of one source CPU here to send entries to one CPU of another member.
 *
 * <p>Counted in all, never in differences: the addressee says how many entries may have been sent since the beginning. So a
 * credit frame may be lost, repeated or overtaken without harm. Writers: the source CPU's carrier counts what it sends, the
 * receiving agent raises the limit. A window that the addressee has made larger is given back when it is not used.
 */
final class SendCredit {
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong limit = new AtomicLong();
    private final AtomicLong window = new AtomicLong();

    /** Looks of the agent without anything sent, a hundred a second, after which a larger window is given back. */
    private static final int IDLE_LOOKS = 100;

    private long base;
    private long seen;
    private int idleLooks;
    private boolean waited;

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

    /** It was needed, and there was none. Carrier. */
    void lacked() {
        waited = true;
    }

    /** True when it was needed in vain since the last time that this was asked. Carrier. */
    boolean waited() {
        final boolean before = waited;
        waited = false;
        return before;
    }

    /** Leaves out numbers so that the next is the last but a window's; false when there are none to leave out. Carrier. */
    boolean leaveOut() {
        final long next = limit.getAcquire() - base;
        final boolean some = next > sent.getPlain() + 1;
        if (some) {
            sent.setOpaque(next - 1);
            waited = false;
        }
        return some;
    }

    /** True when for a second more than a window has been left, and nothing sent. Agent, at each tick. */
    boolean isIdle() {
        final long now = sent.getOpaque();
        idleLooks = now == seen && limit.getPlain() - base > now + 1 ? idleLooks + 1 : 0;
        seen = now;
        return idleLooks >= IDLE_LOOKS;
    }

    /** The addressee allows {@code total} in all, {@code most} under way. Agent. An old value changes nothing. */
    void allow(final long total, final int most) {
        if (total > limit.getPlain()) {
            if (limit.getPlain() == 0) {
                base = total;
            }
            window.setOpaque(most);
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
