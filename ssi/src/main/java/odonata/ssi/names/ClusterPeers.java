package odonata.ssi.names;

import java.util.List;
import java.util.TreeMap;
import odonata.actors.caps.CapsPeers;
import odonata.ssi.codec.WireLimit;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.membership.Seat;

/**
 * The members of a cluster as its state names them: each is asked for a name at its lowest CPU, in the order of their ids. Nothing about
 * names is replicated, so there is nothing to repair when a member ends.
 *
 * <p>Threads: {@link #onState} one; the rest any.
 */
public final class ClusterPeers implements CapsPeers {
    /** Largest payload, in bytes of its own. */
    public static final int MAX_PAYLOAD = 1 << 20;

    private final int member;
    private final WireLimit limit = new WireLimit(MAX_PAYLOAD);
    private volatile List<Integer> doors = List.of();

    /** For a member that knows of no other yet. */
    public ClusterPeers(final int member) {
        this.member = member;
    }

    /** A newer state of the cluster. */
    public void onState(final ClusterState state) {
        final TreeMap<Integer, Integer> lowest = new TreeMap<>();
        for (final Seat seat : state.seats()) {
            if (seat.member() != member) {
                lowest.merge(seat.member(), seat.cpu(), Math::min);
            }
        }
        doors = List.copyOf(lowest.values());
    }

    @Override
    public List<Integer> doors() {
        return doors;
    }

    /** What the codec can write, and not too much of it. */
    @Override
    public boolean canTravel(final Object payload) {
        return limit.allows(payload);
    }
}
