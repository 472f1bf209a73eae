package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One CPU's replica of the wildcard table: who listens, on any member (5.5). Sockets with SO_REUSEPORT on one address and port are a group, in
 * the same order on all CPUs of a member, so that a flow finds the same one wherever it is looked up; those of other members come after the own,
 * and are found only when there is no other. Owner: the tcp_thread.
 */
final class ListenTable {
    private static final Comparator<TcpListener> ORDER = Comparator.comparing(
                    (TcpListener listener) -> !listener.isHere())
            .thenComparingInt(listener -> listener.id.home())
            .thenComparingLong(listener -> listener.id.made());

    private record Name(int laddr, int lport) {}

    private final Map<Name, List<TcpListener>> groups = new HashMap<>();

    /** Adds one, in place of one with the same name. */
    void add(final TcpListener listener) {
        remove(listener.id);
        final List<TcpListener> group = groups.computeIfAbsent(nameOf(listener.id), name -> new ArrayList<>(1));
        group.add(listener);
        group.sort(ORDER);
    }

    /** True when it was there. */
    boolean remove(final ListenId id) {
        final Optional<TcpListener> known = get(id);
        known.ifPresent(listener -> groups.computeIfPresent(nameOf(id), (name, group) -> {
            group.remove(listener);
            return group.isEmpty() ? null : group;
        }));
        return known.isPresent();
    }

    /** This CPU's replica of a listener, unless it has been closed. */
    Optional<TcpListener> get(final ListenId id) {
        return groups.getOrDefault(nameOf(id), List.of()).stream()
                .filter(listener -> listener.id.equals(id))
                .findFirst();
    }

    /** Who takes a connection to this address: a listener of the address itself before one of any. */
    Optional<TcpListener> find(final int laddr, final int lport, final int hash) {
        final List<TcpListener> own = groups.getOrDefault(new Name(laddr, lport), List.of());
        return choose(own.isEmpty() ? groups.getOrDefault(new Name(0, lport), List.of()) : own, hash);
    }

    /** Who inherits what a closed listener has not given out: another of its group. */
    Optional<TcpListener> heirOf(final ListenId closed, final int hash) {
        return choose(groups.getOrDefault(nameOf(closed), List.of()), hash);
    }

    private static Optional<TcpListener> choose(final List<TcpListener> group, final int hash) {
        int here = 0;
        while (here < group.size() && group.get(here).isHere()) {
            here++;
        }
        final int of = here == 0 ? group.size() : here;
        return of == 0 ? Optional.empty() : Optional.of(group.get(Math.floorMod(hash, of)));
    }

    /** All, in no order. */
    List<TcpListener> all() {
        return groups.values().stream().flatMap(List::stream).toList();
    }

    private static Name nameOf(final ListenId id) {
        return new Name(id.laddr(), id.lport());
    }
}
