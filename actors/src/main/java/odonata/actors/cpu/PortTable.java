package odonata.actors.cpu;

import java.util.Arrays;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.protocol.errno.Kassert;

/** Ports of one CPU by index: threads and synchronous ports. One owner. Indices of ended threads are not given again. */
final class PortTable {
    private static final int LARGEST = 1 << 24;

    private Object[] entries = new Object[Port.FIRST_DYNAMIC * 2];
    private int nextDynamic = Port.FIRST_DYNAMIC;

    /** {@link CpuThread}, {@link SyncPort} or null. */
    Object get(final int index) {
        return index > 0 && index < entries.length ? entries[index] : null;
    }

    /** The number to use: the one asked for, or the next free one if that is 0. */
    int reserve(final int asked) {
        if (asked == 0) {
            Kassert.check(nextDynamic < LARGEST, "more than %d ports on one CPU", LARGEST);
            return nextDynamic++;
        }
        Kassert.check(
                asked > 0 && asked < Port.FIRST_DYNAMIC,
                "port index %d: allowed are 1..63, 0 for the next free",
                asked);
        Kassert.check(get(asked) == null, "port index %d is taken", asked);
        return asked;
    }

    void set(final int index, final Object entry) {
        if (index >= entries.length) {
            entries = Arrays.copyOf(entries, Math.max(index + 1, entries.length * 2));
        }
        entries[index] = entry;
    }

    void clear(final int index) {
        if (index > 0 && index < entries.length) {
            entries[index] = null;
        }
    }
}
