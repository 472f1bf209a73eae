package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import odonata.protocol.errno.Kassert;
import odonata.protocol.flow.FlowKey;

/**
 * One CPU's part of the connection hash: the connections that it owns, TIME-WAIT included (5.5, I42). The key has the own end first, so the
 * two ends of a connection inside this system are two entries. Owner: the tcp_thread.
 */
final class ConnTable {
    private final Map<FlowKey, TcpSocket> byFlow;

    /**
     * Sockets with a name in the cluster: they, or who has them, are or have been at another member. Also those whose connection is over, until they are closed:
     * their users have to find them.
     */
    private final Map<Long, TcpSocket> byId = new LinkedHashMap<>();

    /** Connections that have no use of their port noted in a slice, by port: those that were accepted. */
    private final Map<Integer, Integer> passive = new HashMap<>();

    ConnTable(final TcpSecret secret) {
        byFlow = new ConnMap(secret);
    }

    Optional<TcpSocket> find(final FlowKey flow) {
        return Optional.ofNullable(byFlow.get(flow));
    }

    void add(final TcpSocket so) {
        final TcpSocket before = byFlow.put(so.tcb.flow(), so);
        Kassert.check(before == null, "two connections %s", so);
        if (!so.reserved) {
            passive.merge(so.lport, 1, Integer::sum);
        }
    }

    void remove(final TcpSocket so) {
        if (byFlow.remove(so.tcb.flow(), so) && !so.reserved) {
            passive.computeIfPresent(so.lport, (port, count) -> count == 1 ? null : count - 1);
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

    /** True when a connection that was accepted uses the port. */
    boolean usesPort(final int lport) {
        return passive.containsKey(lport);
    }

    int size() {
        return byFlow.size();
    }

    Collection<TcpSocket> all() {
        return Collections.unmodifiableCollection(byFlow.values());
    }

    /** Those that {@code which} accepts, in no order, but always in the same; a copy. */
    List<TcpSocket> select(final Predicate<TcpSocket> which) {
        final List<TcpSocket> selected = new ArrayList<>();
        for (final TcpSocket so : byFlow.values()) {
            if (which.test(so)) {
                selected.add(so);
            }
        }
        return selected;
    }

    /** What goes with buckets: connections, and those that are over and have a name; a copy. */
    List<TcpSocket> cargo(final Predicate<FlowKey> which) {
        final List<TcpSocket> cargo = select(so -> which.test(so.flow()));
        for (final TcpSocket so : byId.values()) {
            if (so.gone && which.test(so.flow())) {
                cargo.add(so);
            }
        }
        return cargo;
    }

    boolean hasCargo(final Predicate<FlowKey> which) {
        return byFlow.values().stream().anyMatch(so -> which.test(so.flow()))
                || byId.values().stream().anyMatch(so -> which.test(so.flow()));
    }
}
