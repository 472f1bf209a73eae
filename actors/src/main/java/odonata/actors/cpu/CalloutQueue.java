package odonata.actors.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import odonata.protocol.errno.Kassert;

/** Armed callouts of one CPU and of the threads on it: a binary heap by (deadline, order of arming). One owner. */
final class CalloutQueue {
    /** Expired in one go at most; the rest follows in the next turn. */
    private static final int BATCH = 256;

    private final Cpu cpu;
    private Entry[] heap = new Entry[16];
    private int size;
    private long armings;

    CalloutQueue(final Cpu cpu) {
        this.cpu = cpu;
    }

    /** A callout of this CPU. */
    Entry callout(final Runnable function) {
        return new Entry(this, null, function);
    }

    /** A callout of a thread, with which it goes from CPU to CPU. */
    Entry callout(final Runnable function, final CpuThread owner) {
        return new Entry(this, owner, function);
    }

    /** Takes out those of a thread, the one due first first. */
    List<Entry> takeOf(final CpuThread owner) {
        final List<Entry> taken = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            if (heap[i].owner == owner) {
                taken.add(heap[i]);
            }
        }
        taken.forEach(entry -> removeAt(entry.index));
        taken.sort((a, b) -> a.isBefore(b) ? -1 : 1);
        return taken;
    }

    /** Deadline of the earliest; {@link Long#MAX_VALUE} when none is armed. */
    long nextNs() {
        return size == 0 ? Long.MAX_VALUE : heap[0].deadlineNs;
    }

    int size() {
        return size;
    }

    /** Runs those that are due, at most a batch. Returns how many. */
    int expire(final long nowNs) {
        int n = 0;
        while (n < BATCH && size > 0 && heap[0].deadlineNs <= nowNs) {
            final Entry first = heap[0];
            removeAt(0);
            first.function.run();
            n++;
        }
        return n;
    }

    private void insert(final Entry entry) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        set(size++, entry);
        up(entry.index);
        cpu.calloutArmed(heap[0].deadlineNs);
    }

    private void removeAt(final int index) {
        heap[index].index = Entry.IDLE;
        final Entry last = heap[--size];
        heap[size] = null;
        if (index < size) {
            set(index, last);
            up(index);
            down(last.index);
        }
    }

    private void up(final int from) {
        int at = from;
        final Entry moved = heap[at];
        while (at > 0) {
            final int parent = (at - 1) >>> 1;
            if (!moved.isBefore(heap[parent])) {
                break;
            }
            set(at, heap[parent]);
            at = parent;
        }
        set(at, moved);
    }

    private void down(final int from) {
        int at = from;
        final Entry moved = heap[at];
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (!heap[child].isBefore(moved)) {
                break;
            }
            set(at, heap[child]);
            at = child;
        }
        set(at, moved);
    }

    private void set(final int index, final Entry entry) {
        heap[index] = entry;
        entry.index = index;
    }

    /** One callout. */
    static final class Entry implements Callout {
        private static final int IDLE = -1;

        private final CpuThread owner;
        private final Runnable function;
        private CalloutQueue queue;
        private long deadlineNs;
        private long order;
        private int index = IDLE;

        private Entry(final CalloutQueue queue, final CpuThread owner, final Runnable function) {
            this.queue = queue;
            this.owner = owner;
            this.function = function;
        }

        @Override
        public void reset(final long delayNs) {
            final long now = queue().cpu.clock().nowNs();
            final long deadline = now + Math.max(0, delayNs);
            resetAt(deadline < now ? Long.MAX_VALUE : deadline);
        }

        void resetAt(final long deadline) {
            Kassert.check(queue().cpu.onCarrier(), "callout armed by a foreign thread; use Cpu.inject");
            stop();
            deadlineNs = deadline;
            order = queue.armings++;
            queue.insert(this);
        }

        long deadlineNs() {
            return deadlineNs;
        }

        @Override
        public boolean stop() {
            Kassert.check(queue().cpu.onCarrier(), "callout stopped by a foreign thread; use Cpu.inject");
            if (index == IDLE) {
                return false;
            }
            queue.removeAt(index);
            return true;
        }

        @Override
        public boolean isPending() {
            return index != IDLE;
        }

        /** Where its thread is; it is on no other queue. */
        private CalloutQueue queue() {
            if (owner != null && queue.cpu != owner.cpu()) {
                queue = owner.cpu().callouts();
            }
            return queue;
        }

        private boolean isBefore(final Entry other) {
            return deadlineNs != other.deadlineNs ? deadlineNs < other.deadlineNs : order < other.order;
        }
    }
}
