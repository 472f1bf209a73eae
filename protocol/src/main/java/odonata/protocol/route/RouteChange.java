package odonata.protocol.route;

import java.util.Objects;
import java.util.Optional;
import odonata.protocol.errno.NetError;
import odonata.protocol.ip.Ipv4Prefix;

/**
 * One change of a route table: {@code RTM_ADD}, {@code RTM_DELETE}, {@code RTM_CHANGE}.
 *
 * @param op what is done
 * @param prefix the route that it is done to, found by exactly this prefix
 * @param target where it leads from now on; empty for DELETE alone
 * @param <T> what a route leads to
 */
public record RouteChange<T>(Op op, Ipv4Prefix prefix, Optional<T> target) {

    /** Kinds of changes. */
    public enum Op {
        /** A new route; EEXIST when there is one. */
        ADD,
        /** No more route; ESRCH when there is none. */
        DELETE,
        /** Another target for a route; ESRCH when there is none. */
        CHANGE
    }

    /** Rejects a change without, or a deletion with, a target. */
    public RouteChange {
        Objects.requireNonNull(prefix, "prefix");
        if (target.isPresent() == (op == Op.DELETE)) {
            throw new IllegalArgumentException(op + " " + prefix + " to " + target);
        }
    }

    /** A new route. */
    public static <T> RouteChange<T> add(final Ipv4Prefix prefix, final T target) {
        return new RouteChange<>(Op.ADD, prefix, Optional.of(target));
    }

    /** The end of a route. */
    public static <T> RouteChange<T> delete(final Ipv4Prefix prefix) {
        return new RouteChange<>(Op.DELETE, prefix, Optional.empty());
    }

    /** Another target of a route. */
    public static <T> RouteChange<T> change(final Ipv4Prefix prefix, final T target) {
        return new RouteChange<>(Op.CHANGE, prefix, Optional.of(target));
    }

    /** What {@code table} says to it: OK, EEXIST or ESRCH. */
    public NetError check(final RouteTable<T> table) {
        final boolean known = table.routes().containsKey(prefix);
        return switch (op) {
            case ADD -> known ? NetError.EEXIST : NetError.OK;
            case DELETE, CHANGE -> known ? NetError.OK : NetError.ESRCH;
        };
    }

    /** The table after a change that {@link #check} allows. */
    public RouteTable<T> apply(final RouteTable<T> table) {
        return target.map(to -> table.with(prefix, to)).orElseGet(() -> table.without(prefix));
    }
}
