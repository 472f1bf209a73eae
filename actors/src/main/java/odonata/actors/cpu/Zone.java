package odonata.actors.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;
import odonata.protocol.errno.Kassert;

/**
 * A cache of objects of one kind that belongs to a CPU. Any CPU of the machine may free an object; it goes back to its zone by
 * code of the owner only.
 *
 * <p>Free on the owner: onto the free list, without any atomic operation on it. Free elsewhere: onto the zone's list of returned
 * objects, and one passive IPI when that list was empty; the owner takes the whole list when the IPI is run, or when its free
 * list is empty. Source: {@code sys/kern/kern_slaballoc.c}, remote free.
 *
 * @param <T> kind of the objects
 */
public final class Zone<T extends Zone.Item> {
    private static final VarHandle RETURNED;
    private static final VarHandle STATE;
    private static final int IN_USE = 0;
    private static final int FREE = 1;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            RETURNED = lookup.findVarHandle(Zone.class, "returned", Item.class);
            STATE = lookup.findVarHandle(Item.class, "state", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What a zone can hold: an object knows its zone, and whether it is free. */
    public abstract static class Item {
        private Item next;
        private Zone<?> zone;

        @SuppressWarnings("UnusedVariable") // by VarHandle
        private volatile int state;

        /** Gives it back to its zone; by the CPU that calls. A second time without an alloc between is a panic. */
        public final void free(final Cpu here) {
            Kassert.check(zone != null, "free of %s, which no zone has made", this);
            zone.free(here, this);
        }
    }

    private final Cpu owner;
    private final Supplier<T> maker;
    private final int mostFree;
    private Item first;
    private int free;
    private int inUse;

    @SuppressWarnings("UnusedVariable") // by VarHandle
    private volatile Item returned;

    private Zone(final Cpu owner, final Supplier<T> maker, final int mostFree) {
        Kassert.check(mostFree > 0, "zone that keeps %d objects", mostFree);
        this.owner = owner;
        this.maker = maker;
        this.mostFree = mostFree;
    }

    /**
     * An empty zone.
     *
     * @param maker makes a new object when none is free; runs on the owner
     * @param mostFree free objects kept, at least 1; what exceeds it is left to the garbage collector
     */
    public static <T extends Item> Zone<T> create(final Cpu owner, final Supplier<T> maker, final int mostFree) {
        return new Zone<>(owner, maker, mostFree);
    }

    /** A free object, or a new one; its contents are what its last user left. Only on the owner's carrier. */
    @SuppressWarnings("unchecked") // only objects of the maker are ever on the lists
    public T alloc() {
        checkOwner("alloc");
        if (first == null) {
            collect();
        }
        inUse++;
        if (first == null) {
            final T made = maker.get();
            ((Item) made).zone = this;
            return made;
        }
        final Item item = first;
        first = item.next;
        item.next = null;
        free--;
        STATE.setOpaque(item, IN_USE);
        return (T) item;
    }

    /** Objects allocated and not yet back here. On the owner. */
    public int inUse() {
        return inUse;
    }

    /** Objects on the free list. On the owner. */
    public int free() {
        return free;
    }

    private void free(final Cpu here, final Item item) {
        Kassert.check(here.onCarrier(), "object freed by a foreign thread; use Cpu.inject");
        Kassert.check((int) STATE.getAndSet(item, FREE) == IN_USE, "double free of %s on cpu %d", item, here.id());
        if (here == owner) {
            putBack(item);
            return;
        }
        Item head;
        do {
            head = (Item) RETURNED.getVolatile(this);
            item.next = head;
        } while (!RETURNED.compareAndSet(this, head, item));
        if (head == null) {
            here.ipiq().sendPassive(owner.id(), cpu -> collect());
        }
    }

    /** Takes home what other CPUs have returned. */
    private void collect() {
        checkOwner("collect");
        Item item = (Item) RETURNED.getAndSet(this, null);
        while (item != null) {
            final Item next = item.next;
            putBack(item);
            item = next;
        }
    }

    private void putBack(final Item item) {
        inUse--;
        if (free < mostFree) {
            item.next = first;
            first = item;
            free++;
        } else {
            item.next = null;
        }
    }

    private void checkOwner(final String what) {
        Kassert.check(owner.onCarrier(), "%s in the zone of cpu %d by another carrier", what, owner.id());
    }
}
