package odonata.ssi.uplink;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Slots of one CPU's uplink ring that no window needs: lent to those CPUs of other members that send more than their window allows
 * in a round trip. Nobody is lent more than is left then, so n that want all have as much as what is left for the next.
 *
 * <p>Thread: the receiving agent lends, the ring's CPU may give back.
 */
final class CreditPool {
    private final AtomicInteger left;

    CreditPool(final int slots) {
        left = new AtomicInteger(slots);
    }

    /** Lends up to {@code wanted} more to who has been lent {@code before}; returns how many. */
    int lend(final int wanted, final int before) {
        final int lent = Math.max(0, Math.min(wanted, (left.get() - before) / 2));
        left.addAndGet(-lent);
        return lent;
    }

    void giveBack(final int slots) {
        left.addAndGet(slots);
    }

    int left() {
        return left.get();
    }
}
