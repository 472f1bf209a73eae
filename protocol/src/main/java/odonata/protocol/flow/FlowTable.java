package odonata.protocol.flow;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * A bounded map from flow to a few numbers. Nothing of it is an object, and what belongs to a flow lies in one place: a lookup allocates nothing, and the
 * collector has nothing to follow.
 *
 * <p>An <em>entry</em> is a number, {@code 0..capacity-1}, valid until the entry is removed or evicted. It has a hash, given with the flow, and
 * {@code words} numbers, zero at first. Entries are in the order of their last use. When the table is full the one that was used longest ago makes
 * room, and is counted.
 *
 * <p>Thread: one owner. Chains in one array, doubled up to the capacity; slots are chosen under a secret, so that peers cannot choose flows that meet in one.
 */
public final class FlowTable {
    /** No entry. */
    public static final int NONE = -1;

    /** Most entries that a table may be given. */
    public static final int MAX_CAPACITY = 1 << 24;

    private static final int FIRST_ALLOCATION = 64;
    private static final long LOW = 0xffff_ffffL;

    // Numbers of an entry before its words.
    private static final int ADDRESSES = 0;
    private static final int PORTS = 1;
    /** High: the hash, its sign set when the flow was put from its upper end. Low: the next entry in the chain. */
    private static final int HASH = 2;

    private static final int HEAD = 3;

    private final int capacity;
    private final int row;
    private final boolean bothWays;
    private final long secret;
    private final FlowAges ages = new FlowAges();
    private long[] rows = new long[0];
    private int[] slots = new int[0];
    private int entries;
    private int free = NONE;
    private int size;
    private long evicted;

    private FlowTable(final int capacity, final int words, final boolean bothWays, final long secret) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity=" + capacity + " want 1.." + MAX_CAPACITY);
        }
        this.capacity = capacity;
        this.row = HEAD + words;
        this.bothWays = bothWays;
        this.secret = secret;
        grow();
    }

    /** An empty table in which both directions of a flow are one entry. */
    public static FlowTable ofFlows(final int capacity, final int words, final long secret) {
        return new FlowTable(capacity, words, true, secret);
    }

    /** An empty table in which the two directions of a flow are two. */
    public static FlowTable ofEnds(final int capacity, final int words, final long secret) {
        return new FlowTable(capacity, words, false, secret);
    }

    /** Flows in the table. */
    public int size() {
        return size;
    }

    /** Entries that were thrown out to make room, since the table was made. */
    public long evicted() {
        return evicted;
    }

    /** Entry of the flow, which becomes the youngest; {@link #NONE} when there is none. */
    public int find(final int src, final int sport, final int dst, final int dport, final int proto) {
        final boolean swap = swaps(src, sport, dst, dport);
        final int entry = lookup(packAddresses(src, dst, swap), packPorts(sport, dport, proto, swap));
        if (entry != NONE) {
            ages.touch(entry);
        }
        return entry;
    }

    /** Entry of {@code flow}, which becomes the youngest, or {@link #NONE}. */
    public int find(final FlowKey flow) {
        return find(flow.src(), flow.sport(), flow.dst(), flow.dport(), flow.proto());
    }

    /** Entry of {@code flow}, or {@link #NONE}; this is no use of it. */
    public int peek(final FlowKey flow) {
        final boolean swap = swaps(flow.src(), flow.sport(), flow.dst(), flow.dport());
        return lookup(
                packAddresses(flow.src(), flow.dst(), swap), packPorts(flow.sport(), flow.dport(), flow.proto(), swap));
    }

    /**
     * Puts a flow, or finds the one that is there; it becomes the youngest.
     *
     * @param hash what the entry is to keep, not negative
     * @return its entry
     */
    public int put(final FlowKey flow, final int hash) {
        final boolean swap = swaps(flow.src(), flow.sport(), flow.dst(), flow.dport());
        final long address = packAddresses(flow.src(), flow.dst(), swap);
        final long port = packPorts(flow.sport(), flow.dport(), flow.proto(), swap);
        final int known = lookup(address, port);
        final int entry = known == NONE ? insert(address, port, swap) : known;
        high(entry, HASH, hash | (high(entry, HASH) & Integer.MIN_VALUE));
        ages.touch(entry);
        return entry;
    }

    /** Where the numbers of all entries are, those of one side by side from {@link #at} on; until the next {@link #put}. */
    public long[] words() {
        return rows;
    }

    /** Index in {@link #words} of the first number of an entry. */
    public int at(final int entry) {
        return entry * row + HEAD;
    }

    /** One of the numbers of an entry. */
    public long word(final int entry, final int index) {
        return rows[checked(entry) * row + HEAD + index];
    }

    /** Changes it. */
    public void word(final int entry, final int index, final long value) {
        rows[checked(entry) * row + HEAD + index] = value;
    }

    /** The hash of an entry. */
    public int hash(final int entry) {
        return high(checked(entry), HASH) & Integer.MAX_VALUE;
    }

    /** Flow of an entry, in the direction in which it was first put. */
    public FlowKey flow(final int entry) {
        final long a = rows[checked(entry) * row + ADDRESSES];
        final long p = rows[entry * row + PORTS];
        final FlowKey key = new FlowKey(
                (int) (a >>> 32), (int) (p >>> 24) & 0xffff, (int) a, (int) (p >>> 8) & 0xffff, (int) p & 0xff);
        return high(entry, HASH) < 0 ? key.reversed() : key;
    }

    /** Takes an entry out. */
    public void remove(final int entry) {
        unchain(checked(entry));
        ages.remove(entry);
        low(entry, HASH, free);
        free = entry;
        size--;
    }

    /** Makes an entry the youngest. */
    public void touch(final int entry) {
        ages.touch(checked(entry));
    }

    /** The entry that was used longest ago, {@link #NONE} when there is none. */
    public int oldest() {
        return ages.oldest();
    }

    /** The one that was used last, {@link #NONE} when there is none. */
    public int youngest() {
        return ages.youngest();
    }

    /** Shows every entry to {@code visitor}, oldest first; it may take that entry out, and change nothing else. */
    public void forEach(final IntConsumer visitor) {
        int entry = ages.oldest();
        while (entry != NONE) {
            final int next = ages.younger(entry);
            visitor.accept(entry);
            entry = next;
        }
    }

    private boolean swaps(final int src, final int sport, final int dst, final int dport) {
        final int order = Integer.compareUnsigned(src, dst);
        return bothWays && (order > 0 || (order == 0 && sport > dport));
    }

    private static long packAddresses(final int src, final int dst, final boolean swap) {
        final int first = swap ? dst : src;
        final int second = swap ? src : dst;
        return ((long) first << 32) | (second & LOW);
    }

    private static long packPorts(final int sport, final int dport, final int proto, final boolean swap) {
        final long first = swap ? dport : sport;
        final int second = swap ? sport : dport;
        return (first << 24) | ((long) second << 8) | proto;
    }

    private int lookup(final long address, final long port) {
        int entry = slots[slotOf(address, port)];
        while (entry != NONE && (rows[entry * row + ADDRESSES] != address || rows[entry * row + PORTS] != port)) {
            entry = low(entry, HASH);
        }
        return entry;
    }

    private int slotOf(final long address, final long port) {
        final long mixed =
                ((address ^ secret) * 0x9E3779B97F4A7C15L ^ port ^ Long.reverse(secret)) * 0xD6E8FEB86659FD93L;
        return (int) (mixed >>> 32 ^ mixed >>> 47) & (slots.length - 1);
    }

    private int slotOf(final int entry) {
        return slotOf(rows[entry * row + ADDRESSES], rows[entry * row + PORTS]);
    }

    private int insert(final long address, final long port, final boolean swap) {
        makeRoom();
        final int entry = free;
        free = low(entry, HASH);
        Arrays.fill(rows, entry * row, (entry + 1) * row, 0);
        rows[entry * row + ADDRESSES] = address;
        rows[entry * row + PORTS] = port;
        high(entry, HASH, swap ? Integer.MIN_VALUE : 0);
        link(entry);
        ages.add(entry);
        size++;
        return entry;
    }

    private void makeRoom() {
        if (free != NONE) {
            return;
        }
        if (entries < capacity) {
            grow();
        } else {
            evicted++;
            remove(ages.oldest());
        }
    }

    private void link(final int entry) {
        final int slot = slotOf(entry);
        low(entry, HASH, slots[slot]);
        slots[slot] = entry;
    }

    private void unchain(final int entry) {
        final int slot = slotOf(entry);
        if (slots[slot] == entry) {
            slots[slot] = low(entry, HASH);
            return;
        }
        int before = slots[slot];
        while (low(before, HASH) != entry) {
            before = low(before, HASH);
        }
        low(before, HASH, low(entry, HASH));
    }

    private int high(final int entry, final int index) {
        return (int) (rows[entry * row + index] >>> 32);
    }

    private int low(final int entry, final int index) {
        return (int) rows[entry * row + index];
    }

    private void high(final int entry, final int index, final int value) {
        final int at = entry * row + index;
        rows[at] = ((long) value << 32) | (rows[at] & LOW);
    }

    private void low(final int entry, final int index, final int value) {
        final int at = entry * row + index;
        rows[at] = (rows[at] & ~LOW) | (value & LOW);
    }

    /** Called with no free entry: every old entry is in use. */
    private void grow() {
        final int before = entries;
        entries = Math.min(capacity, Math.max(FIRST_ALLOCATION, 2 * before));
        rows = Arrays.copyOf(rows, entries * row);
        ages.grow(entries);
        slots = new int[2 * Integer.highestOneBit(entries)];
        Arrays.fill(slots, NONE);
        for (int entry = 0; entry < before; entry++) {
            link(entry);
        }
        for (int entry = entries - 1; entry >= before; entry--) {
            low(entry, HASH, free);
            free = entry;
        }
    }

    private int checked(final int entry) {
        if (entry < 0 || entry >= entries || !ages.contains(entry)) {
            throw new IllegalArgumentException("no entry " + entry);
        }
        return entry;
    }
}
