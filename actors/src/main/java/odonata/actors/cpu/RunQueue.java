package odonata.actors.cpu;

/**
 * Runnable threads of one CPU: 32 first-in first-out lists and a bitmap of the non-empty ones. The running thread stays on
 * its list, at the head but for rare cases; to take out another one means to walk to it. One owner.
 */
final class RunQueue {
    static final int LEVELS = 32;

    /** Lowest priority of threads that may run although a thread above them waits for a token ({@code TDPRI_KERN_LPSCHED}). */
    static final int LOWEST_KERNEL = 9;

    private final CpuThread[] heads = new CpuThread[LEVELS];
    private final CpuThread[] tails = new CpuThread[LEVELS];
    private int mask;
    private int size;

    /** Adds at the tail of its priority; does nothing if it is on the queue. True when it was added. */
    boolean add(final CpuThread thread) {
        if (thread.onRunQueue) {
            return false;
        }
        thread.onRunQueue = true;
        size++;
        append(thread);
        return true;
    }

    /** Removes it; false when it was not on the queue. */
    boolean removeIfThere(final CpuThread thread) {
        if (!thread.onRunQueue) {
            return false;
        }
        unlink(thread);
        thread.onRunQueue = false;
        size--;
        return true;
    }

    void moveToTail(final CpuThread thread) {
        if (tails[thread.pri()] != thread) {
            unlink(thread);
            append(thread);
        }
    }

    /** The head of the highest non-empty list; null when nothing is runnable. */
    CpuThread best() {
        return mask == 0 ? null : heads[LEVELS - 1 - Integer.numberOfLeadingZeros(mask)];
    }

    /** The next after {@code thread}, in its list or at the head of the next lower one; null below {@link #LOWEST_KERNEL}. */
    CpuThread after(final CpuThread thread) {
        CpuThread next = thread.nextRunnable;
        if (next == null) {
            final int lower = mask & ((1 << thread.pri()) - 1);
            next = lower == 0 ? null : heads[LEVELS - 1 - Integer.numberOfLeadingZeros(lower)];
        }
        return next != null && next.pri() >= LOWEST_KERNEL ? next : null;
    }

    int size() {
        return size;
    }

    private void append(final CpuThread thread) {
        final int pri = thread.pri();
        final CpuThread last = tails[pri];
        tails[pri] = thread;
        if (last == null) {
            heads[pri] = thread;
            mask |= 1 << pri;
        } else {
            last.nextRunnable = thread;
        }
    }

    private void unlink(final CpuThread thread) {
        final int pri = thread.pri();
        final CpuThread next = thread.nextRunnable;
        CpuThread before = null;
        if (heads[pri] == thread) {
            heads[pri] = next;
        } else {
            before = heads[pri];
            while (before.nextRunnable != thread) {
                before = before.nextRunnable;
            }
            before.nextRunnable = next;
        }
        if (next == null) {
            tails[pri] = before;
            if (before == null) {
                mask &= ~(1 << pri);
            }
        } else {
            thread.nextRunnable = null;
        }
    }
}
