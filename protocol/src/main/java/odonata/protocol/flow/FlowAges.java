package odonata.protocol.flow;

import java.util.Arrays;

/** The entries of a table in the order of their last use: a doubly linked list in two arrays. */
final class FlowAges {
    private static final int NONE = FlowTable.NONE;
    private static final int ABSENT = -2;

    private int[] older = new int[0];
    private int[] younger = new int[0];
    private int oldest = NONE;
    private int youngest = NONE;

    void grow(final int entries) {
        final int before = older.length;
        older = Arrays.copyOf(older, entries);
        younger = Arrays.copyOf(younger, entries);
        Arrays.fill(older, before, entries, ABSENT);
    }

    boolean contains(final int entry) {
        return older[entry] != ABSENT;
    }

    int oldest() {
        return oldest;
    }

    int younger(final int entry) {
        return younger[entry];
    }

    void add(final int entry) {
        older[entry] = youngest;
        younger[entry] = NONE;
        if (youngest == NONE) {
            oldest = entry;
        } else {
            younger[youngest] = entry;
        }
        youngest = entry;
    }

    void remove(final int entry) {
        final int before = older[entry];
        final int after = younger[entry];
        if (before == NONE) {
            oldest = after;
        } else {
            younger[before] = after;
        }
        if (after == NONE) {
            youngest = before;
        } else {
            older[after] = before;
        }
        older[entry] = ABSENT;
    }

    void touch(final int entry) {
        if (entry != youngest) {
            remove(entry);
            add(entry);
        }
    }
}
