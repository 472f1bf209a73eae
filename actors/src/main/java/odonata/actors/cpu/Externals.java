package odonata.actors.cpu;

import java.util.Arrays;

/** Functions that run at a virtual time: a binary heap by (time, order of arming) whose comparisons touch no function. One owner. */
final class Externals {
    private long[] timesNs = new long[16];
    private long[] orders = new long[16];
    private Runnable[] events = new Runnable[16];
    private int size;
    private long armed;

    boolean isEmpty() {
        return size == 0;
    }

    /** Time of the earliest; {@link Long#MAX_VALUE} when there is none. */
    long nextNs() {
        return size == 0 ? Long.MAX_VALUE : timesNs[0];
    }

    void add(final long timeNs, final Runnable event) {
        if (size == events.length) {
            timesNs = Arrays.copyOf(timesNs, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            events = Arrays.copyOf(events, 2 * size);
        }
        int at = size++;
        while (at > 0 && timeNs < timesNs[(at - 1) >>> 1]) {
            move((at - 1) >>> 1, at);
            at = (at - 1) >>> 1;
        }
        set(at, timeNs, armed++, event);
    }

    /** Takes out the earliest, which must be there. */
    Runnable remove() {
        final Runnable first = events[0];
        final int last = --size;
        int at = 0;
        int child = 1;
        while (child < last) {
            if (child + 1 < last && isBefore(child + 1, child)) {
                child++;
            }
            if (!isBefore(child, last)) {
                break;
            }
            move(child, at);
            at = child;
            child = 2 * at + 1;
        }
        move(last, at);
        events[last] = null;
        return first;
    }

    private boolean isBefore(final int a, final int b) {
        return timesNs[a] != timesNs[b] ? timesNs[a] < timesNs[b] : orders[a] < orders[b];
    }

    private void move(final int from, final int to) {
        set(to, timesNs[from], orders[from], events[from]);
    }

    private void set(final int at, final long timeNs, final long order, final Runnable event) {
        timesNs[at] = timeNs;
        orders[at] = order;
        events[at] = event;
    }
}
