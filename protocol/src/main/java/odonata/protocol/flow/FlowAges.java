package odonata.protocol.flow;

import java.util.Arrays;

/** The entries of a table in the order of their last use: a doubly linked list in an array, both links of an entry side by side. */
final class FlowAges {
    private static final int NONE = FlowTable.NONE;
    private static final int ABSENT = -2;

    /** Of each entry the older one, then the younger one. */
    private int[] links = new int[0];

    private int oldest = NONE;
    private int youngest = NONE;

    void grow(final int entries) {
        final int before = links.length;
        links = Arrays.copyOf(links, 2 * entries);
        Arrays.fill(links, before, links.length, ABSENT);
    }

    boolean contains(final int entry) {
        return links[2 * entry] != ABSENT;
    }

    int oldest() {
        return oldest;
    }

    int youngest() {
        return youngest;
    }

    int younger(final int entry) {
        return links[2 * entry + 1];
    }

    void add(final int entry) {
        links[2 * entry] = youngest;
        links[2 * entry + 1] = NONE;
        if (youngest == NONE) {
            oldest = entry;
        } else {
            links[2 * youngest + 1] = entry;
        }
        youngest = entry;
    }

    void remove(final int entry) {
        final int before = links[2 * entry];
        final int after = links[2 * entry + 1];
        if (before == NONE) {
            oldest = after;
        } else {
            links[2 * before + 1] = after;
        }
        if (after == NONE) {
            youngest = before;
        } else {
            links[2 * after] = before;
        }
        links[2 * entry] = ABSENT;
    }

    void touch(final int entry) {
        if (entry != youngest) {
            remove(entry);
            add(entry);
        }
    }
}
