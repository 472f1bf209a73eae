package odonata.actors.usched;

import java.util.ArrayDeque;
import java.util.function.Predicate;
import odonata.protocol.errno.Kassert;

/** Runnable user threads: 32 first-in first-out queues for each class, four priorities in a queue, and a bitmap for each class. */
final class UserQueues {
    /** Priorities in a queue. */
    static final int PPQ = 4;

    private static final int QUEUES = UserClass.RANGE / PPQ;
    private static final int CLASSES = UserClass.values().length;

    private final ArrayDeque<Lwp>[] queues = make();
    private final int[] masks = new int[CLASSES];
    private int size;

    @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no generic arrays
    private static ArrayDeque<Lwp>[] make() {
        final ArrayDeque<Lwp>[] made = new ArrayDeque[CLASSES * QUEUES];
        for (int i = 0; i < made.length; i++) {
            made[i] = new ArrayDeque<>();
        }
        return made;
    }

    /** The queue of a priority. */
    static int indexOf(final int priority) {
        return priority / PPQ;
    }

    /** At the tail of its queue. */
    void add(final Lwp lp) {
        Kassert.check(!lp.queued, "queued twice: pid %d", lp.pid());
        final int index = indexOf(lp.priority);
        lp.queued = true;
        queues[index].add(lp);
        size++;
        masks[index / QUEUES] |= 1 << (index % QUEUES);
    }

    /** Takes it out; false when it is not there. */
    boolean remove(final Lwp lp) {
        if (!lp.queued) {
            return false;
        }
        final int index = indexOf(lp.priority);
        lp.queued = false;
        queues[index].remove(lp);
        size--;
        if (queues[index].isEmpty()) {
            masks[index / QUEUES] &= ~(1 << (index % QUEUES));
        }
        return true;
    }

    int size() {
        return size;
    }

    /** The first that may, in the best queue that has one; null when there is none. */
    Lwp best(final Predicate<Lwp> may) {
        for (int c = 0; c < CLASSES; c++) {
            for (int mask = masks[c]; mask != 0; mask &= mask - 1) {
                for (final Lwp lp : queues[c * QUEUES + Integer.numberOfTrailingZeros(mask)]) {
                    if (may.test(lp)) {
                        return lp;
                    }
                }
            }
        }
        return null;
    }

    /** The first of the best queue; null when all are empty. */
    Lwp best() {
        for (int c = 0; c < CLASSES; c++) {
            if (masks[c] != 0) {
                return queues[c * QUEUES + Integer.numberOfTrailingZeros(masks[c])].peek();
            }
        }
        return null;
    }
}
