package odonata.protocol.route;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import odonata.protocol.ip.Ipv4Prefix;

/**
 * Routes by longest prefix. Immutable: a change makes a new table, so a reader sees the old routes or the new ones.
 *
 * <p>A lookup tries the routes from the longest prefix to the shortest: meant for the tens of routes of a host, not for
 * those of a backbone.
 *
 * @param <T> what a route leads to
 */
public final class RouteTable<T> {
    private static final Comparator<Ipv4Prefix> LONGEST_FIRST = Comparator.comparingInt(Ipv4Prefix::length)
            .reversed()
            .thenComparing(Ipv4Prefix::network, Integer::compareUnsigned);

    private final TreeMap<Ipv4Prefix, T> routes;
    private final int[] networks;
    private final int[] masks;
    private final List<T> targets;

    private RouteTable(final Map<Ipv4Prefix, T> unordered) {
        this.routes = new TreeMap<>(LONGEST_FIRST);
        this.routes.putAll(unordered);
        this.networks = routes.keySet().stream().mapToInt(Ipv4Prefix::network).toArray();
        this.masks = routes.keySet().stream().mapToInt(Ipv4Prefix::mask).toArray();
        this.targets = new ArrayList<>(routes.values());
    }

    /** A table without routes. */
    public static <T> RouteTable<T> empty() {
        return new RouteTable<>(Map.of());
    }

    /** This table with a route to {@code prefix}, in place of any it had. */
    public RouteTable<T> with(final Ipv4Prefix prefix, final T target) {
        final Map<Ipv4Prefix, T> changed = new HashMap<>(routes);
        changed.put(prefix, Objects.requireNonNull(target, "target"));
        return new RouteTable<>(changed);
    }

    /** This table without the route to exactly {@code prefix}; the same when there is none. */
    public RouteTable<T> without(final Ipv4Prefix prefix) {
        final Map<Ipv4Prefix, T> changed = new HashMap<>(routes);
        changed.remove(prefix);
        return new RouteTable<>(changed);
    }

    /** Target of the longest prefix that holds {@code address}. */
    public Optional<T> lookup(final int address) {
        for (int i = 0; i < networks.length; i++) {
            if ((address & masks[i]) == networks[i]) {
                return Optional.of(targets.get(i));
            }
        }
        return Optional.empty();
    }

    /** Number of routes. */
    public int size() {
        return networks.length;
    }

    /** The routes, longest prefix first, then by address; cannot be changed. */
    public Map<Ipv4Prefix, T> routes() {
        return Collections.unmodifiableMap(routes);
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof RouteTable<?> that && routes.equals(that.routes);
    }

    @Override
    public int hashCode() {
        return routes.hashCode();
    }

    @Override
    public String toString() {
        return "RouteTable" + routes;
    }
}
