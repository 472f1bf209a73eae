package odonata.actors.crossbar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import odonata.protocol.errno.Kassert;

/**
 * The ring of one ordered CPU pair: one producer, one consumer, no lock, no atomic read-modify-write.
 *
 * <p>Indices are free-running: {@code windex} counts entries put in, {@code rindex} entries taken, {@code xindex} entries whose
 * effect is complete; {@code xindex <= rindex <= windex <= rindex + capacity - 1}. In virtual time each entry carries the time
 * at which the consumer may see it, and wakes the consumer then, unless it is passive.
 * Source: {@code struct lwkt_ipiq}.
 */
public final class IpiRing extends IpiRingConsumer {
    private static final VarHandle WINDEX;
    private static final VarHandle RINDEX;
    private static final VarHandle XINDEX;
    private static final VarHandle FULL_EVENTS;
    private static final VarHandle IPIS;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            WINDEX = lookup.findVarHandle(IpiRing.class, "windex", long.class);
            RINDEX = lookup.findVarHandle(IpiRing.class, "rindex", long.class);
            XINDEX = lookup.findVarHandle(IpiRing.class, "xindex", long.class);
            FULL_EVENTS = lookup.findVarHandle(IpiRing.class, "fullEvents", long.class);
            IPIS = lookup.findVarHandle(IpiRing.class, "ipis", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Object[] slots;
    private final long[] dueNs;
    /** Which slots hold passive entries; null until there is one, and where entries carry no time. */
    private boolean[] passive;

    private final int mask;
    /** Virtual time only: the index whose entry is in slot 0. A ring that was empty begins there again, so that the cache holds what many rings use. */
    private long base;

    /**
     * An empty ring.
     *
     * @param capacity slots, a power of two from 2 on; one slot always stays empty
     * @param timed whether entries carry a due time
     */
    public IpiRing(final int capacity, final boolean timed) {
        this(capacity, timed, 0);
    }

    /** As {@link #IpiRing(int, boolean)}, with the free-running indices starting at {@code start}. */
    IpiRing(final int capacity, final boolean timed, final long start) {
        Kassert.check(capacity >= 2 && Integer.bitCount(capacity) == 1, "ring of %d slots", capacity);
        slots = new Object[capacity];
        dueNs = timed ? new long[capacity] : null;
        mask = capacity - 1;
        windex = start;
        rindexSeen = start;
        rindex = start;
        windexSeen = start;
        xindex = start;
        first = start;
    }

    /** Slots. */
    public int capacity() {
        return slots.length;
    }

    /** Entries put in and not yet taken; exact for producer and consumer, a recent value for others. */
    public int occupancy() {
        return (int) ((long) WINDEX.getAcquire(this) - (long) RINDEX.getAcquire(this));
    }

    /** Entries ever put in. Any thread. */
    public long sent() {
        return (long) WINDEX.getOpaque(this) - first;
    }

    /** Entries ever taken. Any thread. */
    public long received() {
        return (long) RINDEX.getOpaque(this) - first;
    }

    /** Entries whose effect is complete. Any thread. */
    public long executed() {
        return (long) XINDEX.getAcquire(this) - first;
    }

    /** Times the producer found it too full. Any thread. */
    public long fullEvents() {
        return (long) FULL_EVENTS.getOpaque(this);
    }

    /** Wake-ups that the producer had to send. Any thread. */
    public long ipis() {
        return (long) IPIS.getOpaque(this);
    }

    /** Producer: true when fewer than {@code limit} entries wait. Reads the consumer's index only when its last value does not do. */
    public boolean hasRoom(final int limit) {
        if (windex - rindexSeen < limit) {
            return true;
        }
        rindexSeen = (long) RINDEX.getAcquire(this);
        return windex - rindexSeen < limit;
    }

    /** Producer: appends; the ring must have room for one more and still one slot empty. */
    public void add(final Object entry, final long due) {
        add(entry, due, false);
    }

    /** As {@link #add}; the entry alone does not wake the consumer. */
    void addPassive(final Object entry, final long due) {
        add(entry, due, true);
    }

    /** Consumer: the time at which the first entry may be seen; {@link Long#MAX_VALUE} when the ring is empty. */
    public long firstDueNs() {
        if (isEmpty()) {
            return Long.MAX_VALUE;
        }
        return dueNs == null ? Long.MIN_VALUE : dueNs[slot(rindex)];
    }

    /** Consumer, virtual time only: when the first entry that wakes it may be seen; {@link Long#MAX_VALUE} when none does. */
    long firstWakeNs() {
        if (passive == null) {
            return firstDueNs();
        }
        final long end = (long) WINDEX.getAcquire(this);
        for (long index = rindex; index != end; index++) {
            if (!passive[slot(index)]) {
                return dueNs[slot(index)];
            }
        }
        return Long.MAX_VALUE;
    }

    /** Consumer: true when nothing waits. */
    public boolean isEmpty() {
        if (rindex != windexSeen) {
            return false;
        }
        windexSeen = (long) WINDEX.getAcquire(this);
        return rindex == windexSeen;
    }

    /** Consumer: takes the first entry, which must be there. */
    public Object take() {
        Kassert.check(!isEmpty(), "take from an empty ring");
        final int slot = slot(rindex);
        final Object entry = slots[slot];
        slots[slot] = null;
        RINDEX.setRelease(this, rindex + 1);
        return entry;
    }

    /** Consumer: the effect of one more entry is complete. */
    public void completed() {
        XINDEX.setRelease(this, xindex + 1);
    }

    void countFull() {
        FULL_EVENTS.setOpaque(this, fullEvents + 1);
    }

    void countIpi() {
        IPIS.setOpaque(this, ipis + 1);
    }

    private void add(final Object entry, final long due, final boolean isPassive) {
        Kassert.check(hasRoom(mask), "ring of %d slots overrun", slots.length);
        if (dueNs != null && windex == rindex) {
            base = windex;
        }
        final int slot = slot(windex);
        slots[slot] = entry;
        if (dueNs != null) {
            dueNs[slot] = due;
            notePassive(slot, isPassive);
        }
        WINDEX.setRelease(this, windex + 1);
    }

    private void notePassive(final int slot, final boolean isPassive) {
        if (passive == null && isPassive) {
            passive = new boolean[slots.length];
        }
        if (passive != null) {
            passive[slot] = isPassive;
        }
    }

    private int slot(final long index) {
        return (int) (index - base) & mask;
    }
}
