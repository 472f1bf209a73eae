package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Port;
import odonata.protocol.errno.Kassert;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.tcp.machine.TcpState;
import odonata.protocol.tcp.machine.TcpTimer;

/**
 * One CPU's part of the connection hash: the connections that it owns, TIME-WAIT included (5.5, I42). The key has the own end first, so the
 * two ends of a connection inside this system are two entries. Of those in TIME-WAIT that nobody holds only the least is kept ({@link TimeWaits}); who
 * looks for one gets a socket as it was. Owner: the tcp_thread.
 *
 * <p>Open addressing, at most half full: twelve bytes a slot, and a look-up touches no connection but the one that is found. Slots are chosen under a secret, so
 * that peers cannot choose addresses and ports that meet in one place.
 */
final class ConnTable {
    private static final int LEAST = 16;
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    private final TcpSecret secret;
    private TcpSocket[] slots = new TcpSocket[LEAST];
    private int[] hashes = new int[LEAST];
    private int size;
    private int cursor;
    private final Map<TcpState, Integer> states = new EnumMap<>(TcpState.class);
    private final TimeWaits waits;

    /** Those in TIME-WAIT that have to be kept whole, in the order in which they came into it, or to this CPU. */
    private final Set<TcpSocket> kept = new LinkedHashSet<>();

    /**
     * Sockets with a name in the cluster: they, or who has them, are or have been at another member. Also those whose connection is over, until they are closed:
     * their users have to find them.
     */
    private final Map<Long, TcpSocket> byId = new LinkedHashMap<>();

    /** Connections that have no use of their port noted in a slice, by port: those that were accepted. */
    private final Map<Integer, Integer> passive = new HashMap<>();

    ConnTable(final TcpSecret secret, final TcpSettings settings, final Port<NetMsg> port) {
        this.secret = secret;
        waits = new TimeWaits(secret, settings, port);
    }

    /** What is done with it must be {@link #settled}. */
    Optional<TcpSocket> find(final FlowKey flow) {
        final TcpSocket so = slots[slotOf(flow, hash(flow))];
        return so == null ? waits.find(flow) : Optional.of(so);
    }

    void add(final TcpSocket so) {
        final FlowKey flow = so.tcb.flow();
        final int hash = hash(flow);
        final int slot = slotOf(flow, hash);
        Kassert.check(slots[slot] == null, "two connections %s", so);
        slots[slot] = so;
        hashes[slot] = hash;
        size++;
        count(so, so.tcb.state());
        if (2 * size > slots.length) {
            resize(2 * slots.length);
        }
        if (!so.reserved) {
            passive.merge(so.lport, 1, Integer::sum);
        }
    }

    void remove(final TcpSocket so) {
        final boolean wasWaiting = so.counted == null && so.detached && waits.remove(so.flow());
        if ((takeOut(so) || wasWaiting) && !so.reserved) {
            leavesPort(so.lport);
        }
    }

    private boolean takeOut(final TcpSocket so) {
        final FlowKey flow = so.tcb.flow();
        final int slot = slotOf(flow, hash(flow));
        if (slots[slot] != so) {
            return false;
        }
        empty(slot);
        size--;
        count(so, null);
        if (slots.length > LEAST && 8 * size < slots.length) {
            resize(slots.length / 2);
        }
        return true;
    }

    private void leavesPort(final int lport) {
        passive.computeIfPresent(lport, (port, count) -> count == 1 ? null : count - 1);
    }

    /** Its state may be another than it was; nothing when it is not in this table. */
    void settled(final TcpSocket so) {
        if (so.counted == null) {
            if (so.tcb != null && TimeWaits.suffices(so)) {
                so.stopTimers();
                waits.update(so);
            }
        } else if (waits.takes(so)) {
            so.stopTimers();
            takeOut(so);
            waits.add(so);
        } else if (so.counted != so.tcb.state()) {
            count(so, so.tcb.state());
        }
    }

    private void count(final TcpSocket so, final TcpState now) {
        if (so.counted != null) {
            states.merge(so.counted, -1, Integer::sum);
        }
        if (so.counted == TcpState.TIME_WAIT) {
            kept.remove(so);
        }
        if (now != null) {
            states.merge(now, 1, Integer::sum);
        }
        if (now == TcpState.TIME_WAIT) {
            kept.add(so);
        }
        so.counted = now;
    }

    /** When the next TIME-WAIT ends, of those that nobody holds: others have a timer of their own. {@link TcpTimer#NEVER}: there is none. */
    long waitEndsUs() {
        return waits.endsUs();
    }

    /** It has ended. */
    void endWait() {
        leavesPort(waits.end());
    }

    /** The first to go of those in TIME-WAIT that have to be kept whole. */
    TcpSocket oldestKept() {
        return kept.iterator().next();
    }

    /** Connections in TIME-WAIT. */
    int timeWait() {
        return kept.size() + waits.size();
    }

    /** How many are in each state; a copy, without those in which none is. */
    Map<TcpState, Integer> states() {
        final Map<TcpState, Integer> copy = new EnumMap<>(states);
        copy.merge(TcpState.TIME_WAIT, waits.size(), Integer::sum);
        copy.values().removeIf(count -> count == 0);
        return copy;
    }

    /** Shows {@code visit} what is in the next {@code most} slots, in turn all of them but those in TIME-WAIT that nobody holds, none twice in one call. */
    void scan(final int most, final Consumer<TcpSocket> visit) {
        for (int i = Math.min(most, slots.length); i > 0; i--) {
            cursor = (cursor + 1) & (slots.length - 1);
            if (slots[cursor] != null) {
                visit.accept(slots[cursor]);
            }
        }
    }

    /** The socket with a name, if it is here. */
    Optional<TcpSocket> find(final long id) {
        return Optional.ofNullable(byId.get(id));
    }

    void addName(final TcpSocket so) {
        byId.put(so.id(), so);
    }

    void removeName(final TcpSocket so) {
        byId.remove(so.id(), so);
    }

    /** Sockets with names. */
    Collection<TcpSocket> named() {
        return Collections.unmodifiableCollection(byId.values());
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

    /** True when a connection that was accepted uses the port. */
    boolean usesPort(final int lport) {
        return passive.containsKey(lport);
    }

    int size() {
        return size + waits.size();
    }

    /** Those that {@code which} accepts by flow, own end first, and state; in no order, but always in the same; while nothing comes or goes. */
    Stream<TcpSocket> all(final BiPredicate<FlowKey, TcpState> which) {
        return Stream.concat(
                whole().filter(so -> which.test(so.tcb.flow(), so.tcb.state())),
                timeWait(flow -> which.test(flow, TcpState.TIME_WAIT)).stream());
    }

    /** All but those in TIME-WAIT that nobody holds, with gaps; a copy. */
    TcpSocket[] snapshot() {
        return slots.clone();
    }

    /** Of those in TIME-WAIT that nobody holds the ones that {@code which} accepts, own end first. */
    List<TcpSocket> timeWait(final Predicate<FlowKey> which) {
        return waits.select(which);
    }

    private Stream<TcpSocket> whole() {
        return Arrays.stream(slots).filter(Objects::nonNull);
    }

    /** Those whose handshakes a listener has begun; a copy. */
    List<TcpSocket> embryos(final ListenId listener) {
        return whole().filter(so -> so.parent != null && so.parent.id.equals(listener))
                .toList();
    }

    /** What goes with buckets: connections, and those that are over and have a name; a copy. */
    List<TcpSocket> cargo(final Predicate<FlowKey> which) {
        final List<TcpSocket> cargo =
                new ArrayList<>(all((flow, state) -> which.test(flow)).toList());
        for (final TcpSocket so : byId.values()) {
            if (so.gone && which.test(so.flow())) {
                cargo.add(so);
            }
        }
        return cargo;
    }

    boolean hasCargo(final Predicate<FlowKey> which) {
        return whole().anyMatch(so -> which.test(so.flow()))
                || waits.anyMatch(which)
                || byId.values().stream().anyMatch(so -> which.test(so.flow()));
    }
}
