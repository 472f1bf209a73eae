package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One CPU's replica of the wildcard table: who listens, on any member (5.5). Sockets with SO_REUSEPORT on one address and port are a group, in
 * the same order on all CPUs of a member; a flow finds one of a caller on the CPU that owns it, if there is one (as SO_CPUHINT has it). Those of other members come after the own,
 * and are found only when there is no other. Owner: the tcp_thread.
 */
final class ListenTable {
    private static final Comparator<TcpListener> ORDER = Comparator.comparing(
                    (TcpListener listener) -> !listener.isHere())
            .thenComparingInt(listener -> listener.id.home())
            .thenComparingLong(listener -> listener.id.made());

    private record Name(int laddr, int lport) {}

    private final Map<Name, List<TcpListener>> groups = new HashMap<>();
    private final int cpu;

    /** The replica of {@code cpu}. */
    ListenTable(final int cpu) {
        this.cpu = cpu;
    }

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

    /** Of those whose caller is on this CPU, which then serves its connections without a message to another one; else of this member; else of all. */
    private Optional<TcpListener> choose(final List<TcpListener> group, final int hash) {
        int nearest = 0;
        int count = 0;
        for (final TcpListener listener : group) {
            final int near = nearness(listener);
            count = near > nearest ? 1 : count + (near == nearest ? 1 : 0);
            nearest = Math.max(nearest, near);
        }
        int left = count == 0 ? 0 : Math.floorMod(hash, count);
        for (final TcpListener listener : group) {
            if (nearness(listener) == nearest && left-- == 0) {
                return Optional.of(listener);
            }
        }
        return Optional.empty();
    }

    private int nearness(final TcpListener listener) {
        if (!listener.isHere()) {
            return 0;
        }
        return listener.caller == cpu ? 2 : 1;
    }

    /** All, in no order. */
    List<TcpListener> all() {
        return groups.values().stream().flatMap(List::stream).toList();
    }

    private static Name nameOf(final ListenId id) {
        return new Name(id.laddr(), id.lport());
    }
}
