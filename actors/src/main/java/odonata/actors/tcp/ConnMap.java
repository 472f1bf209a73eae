package odonata.actors.tcp;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import odonata.protocol.flow.FlowKey;

/**
 * A map from the tuple of a connection to its socket, which knows its tuple itself. Open addressing, at most half full: some twenty bytes a connection, and a look-up
 * touches no other connection than the one that is found. Slots are chosen under a secret, so that peers cannot choose addresses and ports that meet in one
 * place; the order of iteration follows from it. Owner: the tcp_thread.
 */
final class ConnMap extends AbstractMap<FlowKey, TcpSocket> {
    private static final int LEAST = 16;
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    private final TcpSecret secret;
    private TcpSocket[] slots = new TcpSocket[LEAST];
    private int[] hashes = new int[LEAST];
    private int size;

    ConnMap(final TcpSecret secret) {
        this.secret = secret;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public TcpSocket get(final Object key) {
        final FlowKey flow = (FlowKey) key;
        return slots[slotOf(flow, hash(flow))];
    }

    @Override
    public boolean containsKey(final Object key) {
        return get(key) != null;
    }

    /** The key is the socket's own tuple. */
    @Override
    public TcpSocket put(final FlowKey flow, final TcpSocket so) {
        final int hash = hash(flow);
        final int slot = slotOf(flow, hash);
        final TcpSocket before = slots[slot];
        slots[slot] = so;
        hashes[slot] = hash;
        if (before == null) {
            size++;
            if (2 * size > slots.length) {
                resize(2 * slots.length);
            }
        }
        return before;
    }

    @Override
    public TcpSocket remove(final Object key) {
        final FlowKey flow = (FlowKey) key;
        final int slot = slotOf(flow, hash(flow));
        final TcpSocket there = slots[slot];
        if (there != null) {
            empty(slot);
            size--;
            if (slots.length > LEAST && 8 * size < slots.length) {
                resize(slots.length / 2);
            }
        }
        return there;
    }

    @Override
    public boolean remove(final Object key, final Object so) {
        return get(key) == so && so != null && remove(key) == so;
    }

    private int hash(final FlowKey flow) {
        final long addresses = ((long) flow.src() << 32) | (flow.dst() & 0xffff_ffffL);
        final long ports = ((long) flow.sport() << 16) | flow.dport();
        long mixed = (addresses ^ secret.k0()) * MIX;
        mixed = (mixed ^ (mixed >>> 32) ^ ports ^ secret.k1()) * MIX;
        return (int) (mixed >>> 32);
    }

    /** Where it is, or the empty slot where it would be. */
    private int slotOf(final FlowKey flow, final int hash) {
        int slot = hash & (slots.length - 1);
        while (slots[slot] != null
                && (hashes[slot] != hash || !slots[slot].tcb.flow().equals(flow))) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    /** What lies behind it in its run moves up, unless it is nearer to where it belongs. */
    private void empty(final int slot) {
        final int mask = slots.length - 1;
        int hole = slot;
        for (int i = (slot + 1) & mask; slots[i] != null; i = (i + 1) & mask) {
            if (((i - hashes[i]) & mask) >= ((i - hole) & mask)) {
                slots[hole] = slots[i];
                hashes[hole] = hashes[i];
                hole = i;
            }
        }
        slots[hole] = null;
    }

    private void resize(final int capacity) {
        final TcpSocket[] all = slots;
        final int[] old = hashes;
        slots = new TcpSocket[capacity];
        hashes = new int[capacity];
        for (int i = 0; i < all.length; i++) {
            if (all[i] != null) {
                int slot = old[i] & (capacity - 1);
                while (slots[slot] != null) {
                    slot = (slot + 1) & (capacity - 1);
                }
                slots[slot] = all[i];
                hashes[slot] = old[i];
            }
        }
    }

    /** To be read only. */
    @Override
    public Set<Map.Entry<FlowKey, TcpSocket>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<Map.Entry<FlowKey, TcpSocket>> iterator() {
                return Arrays.stream(slots)
                        .filter(Objects::nonNull)
                        .map(so -> Map.entry(so.tcb.flow(), so))
                        .iterator();
            }
        };
    }
}
