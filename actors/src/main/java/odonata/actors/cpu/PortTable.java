package odonata.actors.cpu;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.protocol.errno.Kassert;

/**
 * Ports of one CPU: its own by index, and those of threads that have come from other CPUs by address. One owner. Indices of ended
 * threads are not given again.
 */
final class PortTable {
    private static final int LARGEST = 1 << 24;

    private final int cpu;
    private final Map<Port<?>, CpuThread> visitors = new HashMap<>();
    private Object[] entries = new Object[Port.FIRST_DYNAMIC * 2];
    private int nextDynamic = Port.FIRST_DYNAMIC;

    PortTable(final int cpu) {
        this.cpu = cpu;
    }

    /** What is here for an address: {@link CpuThread}, {@link SyncPort}, {@link Away}, or null. */
    Object find(final Port<?> port) {
        return port.cpu() == cpu ? get(port.index()) : visitors.get(port);
    }

    /** A thread is here from now on, whichever CPU its address names. */
    void enter(final CpuThread thread) {
        if (thread.address().cpu() == cpu) {
            set(thread.portIndex(), thread);
        } else {
            visitors.put(thread.address(), thread);
        }
    }

    /** It is here no more. */
    void leave(final CpuThread thread) {
        if (thread.address().cpu() == cpu) {
            clear(thread.portIndex());
        } else {
            visitors.remove(thread.address());
        }
    }

    /** {@link CpuThread}, {@link SyncPort}, {@link Away} or null. */
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
