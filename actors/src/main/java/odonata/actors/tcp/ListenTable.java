package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One CPU's replica of the wildcard table: who listens (5.5). Sockets with SO_REUSEPORT on one address and port are a group, in the same
 * order on all CPUs, so that a flow finds the same one wherever it is looked up. Owner: the tcp_thread.
 */
final class ListenTable {
    private record Name(int laddr, int lport) {}

    private final Map<Name, List<TcpListener>> groups = new HashMap<>();

    void add(final TcpListener listener) {
        final List<TcpListener> group = groups.computeIfAbsent(nameOf(listener), name -> new ArrayList<>(1));
        group.add(listener);
        group.sort(Comparator.comparingLong(member -> member.id));
    }

    /** True when it was there. */
    boolean remove(final TcpListener listener) {
        final List<TcpListener> group = groups.getOrDefault(nameOf(listener), List.of());
        final boolean was = group.contains(listener);
        if (was) {
            group.remove(listener);
        }
        if (group.isEmpty()) {
            groups.remove(nameOf(listener));
        }
        return was;
    }

    /** Who takes a connection to this address: a listener of the address itself before one of any. */
    Optional<TcpListener> find(final int laddr, final int lport, final int hash) {
        final List<TcpListener> own = groups.getOrDefault(new Name(laddr, lport), List.of());
        final List<TcpListener> group = own.isEmpty() ? groups.getOrDefault(new Name(0, lport), List.of()) : own;
        return group.isEmpty() ? Optional.empty() : Optional.of(group.get(Math.floorMod(hash, group.size())));
    }

    /** Who inherits what a closed listener has not given out: another of its group. */
    Optional<TcpListener> heirOf(final TcpListener closed, final int hash) {
        final List<TcpListener> group = groups.getOrDefault(nameOf(closed), List.of());
        return group.isEmpty() ? Optional.empty() : Optional.of(group.get(Math.floorMod(hash, group.size())));
    }

    /** All, in no order. */
    List<TcpListener> all() {
        return groups.values().stream().flatMap(List::stream).toList();
    }

    private static Name nameOf(final TcpListener listener) {
        return new Name(listener.laddr, listener.lport);
    }
}
