package odonata.actors.cpu;

import java.util.Arrays;

/** Which CPU is next: a binary heap with one live entry a CPU, ordered by time, ties by CPU id. One owner. */
final class CpuHeap {
    private static final int ABSENT = -1;

    private VirtualDriver[] heap = new VirtualDriver[16];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    VirtualDriver first() {
        return heap[0];
    }

    /** Puts a CPU in, or moves it, with the time of its next event; {@link Long#MAX_VALUE} takes it out. */
    void set(final VirtualDriver cpu, final long timeNs) {
        if (timeNs == Long.MAX_VALUE) {
            remove(cpu);
            return;
        }
        if (cpu.heapIndex == ABSENT) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            cpu.heapIndex = size++;
            heap[cpu.heapIndex] = cpu;
        }
        cpu.nextNs = timeNs;
        up(cpu.heapIndex);
        down(cpu.heapIndex);
    }

    /** Puts a CPU in, or moves it to an earlier time; a later one than it has changes nothing. */
    void setEarlier(final VirtualDriver cpu, final long timeNs) {
        if (cpu.heapIndex == ABSENT || timeNs < cpu.nextNs) {
            set(cpu, timeNs);
        }
    }

    void remove(final VirtualDriver cpu) {
        final int index = cpu.heapIndex;
        if (index == ABSENT) {
            return;
        }
        cpu.heapIndex = ABSENT;
        final VirtualDriver last = heap[--size];
        heap[size] = null;
        if (last != cpu) {
            place(index, last);
            up(index);
            down(last.heapIndex);
        }
    }

    private void up(final int from) {
        int at = from;
        final VirtualDriver moved = heap[at];
        while (at > 0 && moved.isBefore(heap[(at - 1) >>> 1])) {
            place(at, heap[(at - 1) >>> 1]);
            at = (at - 1) >>> 1;
        }
        place(at, moved);
    }

    private void down(final int from) {
        int at = from;
        final VirtualDriver moved = heap[at];
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (!heap[child].isBefore(moved)) {
                break;
            }
            place(at, heap[child]);
            at = child;
        }
        place(at, moved);
    }

    private void place(final int index, final VirtualDriver cpu) {
        heap[index] = cpu;
        cpu.heapIndex = index;
    }
}
