package odonata.protocol.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A bounded map from flow to value, both directions of a flow sharing one entry. A lookup allocates nothing.
 *
 * <p>An <em>entry</em> is a number, {@code 0..capacity-1}, valid until the entry is removed, evicted or extracted.
 * Each keeps the flow hash it was put with, so that a bucket can be moved without hashing again. When the table is
 * full the entry that was found or put longest ago makes room, and is counted.
 *
 * <p>Thread: one owner. Chains in arrays, doubled up to the capacity; slots are chosen by a mixing of its own, not by
 * the flow hash, which may send every flow of one CPU to a few values.
 */
public final class FlowTable<V> {
    /** No entry. */
    public static final int NONE = -1;

    /** Most entries that a table may be given. */
    public static final int MAX_CAPACITY = 1 << 24;

    private static final int FIRST_ALLOCATION = 64;

    private final int capacity;
    private final FlowAges ages = new FlowAges();
    /** Of each entry the addresses, then ports and protocol. */
    private long[] keys = new long[0];

    private boolean[] swapped = new boolean[0];
    private int[] hashes = new int[0];
    private Object[] values = new Object[0];
    private int[] chain = new int[0];
    private int[] slots = new int[0];
    private int free = NONE;
    private int size;
    private long evicted;

    /** One flow taken out of a table, in the direction in which it was put. */
    public record Extracted<V>(FlowKey flow, int hash, V value) {}

    /** Receives entries. */
    @FunctionalInterface
    public interface Visitor<V> {
        /** One entry; the table must not be changed meanwhile. */
        void visit(FlowKey flow, int hash, V value);
    }

    /** An empty table for at most {@code capacity} flows. */
    public FlowTable(final int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity=" + capacity + " want 1.." + MAX_CAPACITY);
        }
        this.capacity = capacity;
        grow();
    }

    /** Flows in the table. */
    public int size() {
        return size;
    }

    /** Most flows that the table holds. */
    public int capacity() {
        return capacity;
    }

    /** Entries that were thrown out to make room, since the table was made. */
    public long evicted() {
        return evicted;
    }

    /** Entry of the flow or of its reverse, which becomes the youngest; {@link #NONE} when there is none. */
    public int find(final int src, final int sport, final int dst, final int dport, final int proto) {
        final boolean swap = swaps(src, sport, dst, dport);
        final int entry = lookup(packAddresses(src, dst, swap), packPorts(sport, dport, proto, swap));
        if (entry != NONE) {
            ages.touch(entry);
        }
        return entry;
    }

    /**
     * Puts a flow, replacing the value of the flow or of its reverse.
     *
     * @param hash flow hash, not negative
     * @return its entry
     */
    public int put(
            final int src,
            final int sport,
            final int dst,
            final int dport,
            final int proto,
            final int hash,
            final V value) {
        final boolean swap = swaps(src, sport, dst, dport);
        final long address = packAddresses(src, dst, swap);
        final long port = packPorts(sport, dport, proto, swap);
        final int known = lookup(address, port);
        final int entry = known == NONE ? insert(address, port) : known;
        swapped[entry] = known == NONE ? swap : swapped[entry];
        hashes[entry] = hash;
        values[entry] = value;
        ages.touch(entry);
        return entry;
    }

    /** Puts {@code flow}. */
    public int put(final FlowKey flow, final int hash, final V value) {
        return put(flow.src(), flow.sport(), flow.dst(), flow.dport(), flow.proto(), hash, value);
    }

    /** Entry of {@code flow} or of its reverse, or {@link #NONE}. */
    public int find(final FlowKey flow) {
        return find(flow.src(), flow.sport(), flow.dst(), flow.dport(), flow.proto());
    }

    /** Value of an entry. */
    @SuppressWarnings("unchecked") // only put() writes, and only a V
    public V value(final int entry) {
        return (V) values[checked(entry)];
    }

    /** Replaces the value of an entry. */
    public void value(final int entry, final V value) {
        values[checked(entry)] = value;
    }

    /** Flow hash of an entry. */
    public int hash(final int entry) {
        return hashes[checked(entry)];
    }

    /** Flow of an entry, in the direction in which it was first put. */
    public FlowKey flow(final int entry) {
        final long a = keys[2 * checked(entry)];
        final long p = keys[2 * entry + 1];
        final FlowKey key = new FlowKey(
                (int) (a >>> 32), (int) (p >>> 24) & 0xffff, (int) a, (int) (p >>> 8) & 0xffff, (int) p & 0xff);
        return swapped[entry] ? key.reversed() : key;
    }

    /** Takes an entry out. */
    public void remove(final int entry) {
        unchain(checked(entry));
        ages.remove(entry);
        values[entry] = null;
        chain[entry] = free;
        free = entry;
        size--;
    }

    /** Takes every flow out. */
    public void clear() {
        extract(bucket -> true);
    }

    /** Shows every flow to {@code visitor}, oldest first. */
    public void forEach(final Visitor<? super V> visitor) {
        for (int entry = ages.oldest(); entry != NONE; entry = ages.younger(entry)) {
            visitor.visit(flow(entry), hashes[entry], value(entry));
        }
    }

    /** Takes out and returns, oldest first, the flows whose hash falls in a bucket that {@code buckets} accepts. */
    public List<Extracted<V>> extract(final IntPredicate buckets) {
        final List<Extracted<V>> out = new ArrayList<>();
        int entry = ages.oldest();
        while (entry != NONE) {
            final int next = ages.younger(entry);
            if (buckets.test(BucketMap.bucketOf(hashes[entry]))) {
                out.add(new Extracted<>(flow(entry), hashes[entry], value(entry)));
                remove(entry);
            }
            entry = next;
        }
        return out;
    }

    private static boolean swaps(final int src, final int sport, final int dst, final int dport) {
        final int order = Integer.compareUnsigned(src, dst);
        return order > 0 || (order == 0 && sport > dport);
    }

    private static long packAddresses(final int src, final int dst, final boolean swap) {
        final int low = swap ? dst : src;
        final int high = swap ? src : dst;
        return ((long) low << 32) | (high & 0xffff_ffffL);
    }

    private static long packPorts(final int sport, final int dport, final int proto, final boolean swap) {
        final long low = swap ? dport : sport;
        final int high = swap ? sport : dport;
        return (low << 24) | ((long) high << 8) | proto;
    }

    private int lookup(final long address, final long port) {
        int entry = slots[slotOf(address, port)];
        while (entry != NONE && (keys[2 * entry] != address || keys[2 * entry + 1] != port)) {
            entry = chain[entry];
        }
        return entry;
    }

    private int slotOf(final long address, final long port) {
        final long mixed = (address * 0x9E3779B97F4A7C15L ^ port) * 0xD6E8FEB86659FD93L;
        return (int) (mixed >>> 32 ^ mixed >>> 47) & (slots.length - 1);
    }

    private int insert(final long address, final long port) {
        makeRoom();
        final int entry = free;
        free = chain[entry];
        keys[2 * entry] = address;
        keys[2 * entry + 1] = port;
        link(entry);
        ages.add(entry);
        size++;
        return entry;
    }

    private void makeRoom() {
        if (free != NONE) {
            return;
        }
        if (values.length < capacity) {
            grow();
        } else {
            evicted++;
            remove(ages.oldest());
        }
    }

    private void link(final int entry) {
        final int slot = slotOf(keys[2 * entry], keys[2 * entry + 1]);
        chain[entry] = slots[slot];
        slots[slot] = entry;
    }

    private void unchain(final int entry) {
        final int slot = slotOf(keys[2 * entry], keys[2 * entry + 1]);
        if (slots[slot] == entry) {
            slots[slot] = chain[entry];
            return;
        }
        int before = slots[slot];
        while (chain[before] != entry) {
            before = chain[before];
        }
        chain[before] = chain[entry];
    }

    /** Called with no free entry: every old entry is in use. */
    private void grow() {
        final int before = values.length;
        final int after = Math.min(capacity, Math.max(FIRST_ALLOCATION, 2 * before));
        keys = Arrays.copyOf(keys, 2 * after);
        swapped = Arrays.copyOf(swapped, after);
        hashes = Arrays.copyOf(hashes, after);
        values = Arrays.copyOf(values, after);
        chain = Arrays.copyOf(chain, after);
        ages.grow(after);
        slots = new int[2 * Integer.highestOneBit(after)];
        Arrays.fill(slots, NONE);
        for (int entry = 0; entry < before; entry++) {
            link(entry);
        }
        for (int entry = after - 1; entry >= before; entry--) {
            chain[entry] = free;
            free = entry;
        }
    }

    private int checked(final int entry) {
        if (entry < 0 || entry >= values.length || !ages.contains(entry)) {
            throw new IllegalArgumentException("no entry " + entry);
        }
        return entry;
    }
}
