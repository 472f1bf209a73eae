package odonata.ssi.membership;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import odonata.protocol.flow.BucketMap;
import odonata.ssi.partition.ByLoad;
import odonata.ssi.partition.Placement;

/**
 * The coordinator's working copy of the map: owners, who hands over, and since which version. {@link #advance} turns what has
 * changed into the next version.
 */
final class Buckets {
    /** Buckets that one rebalance moves at most, and the imbalance with which it is content. */
    private static final ByLoad BY_LOAD = new ByLoad(16, 1.05);

    private final Placement placement;
    private final int[] owner;
    private final int[] from;
    private final long[] since = new long[BucketMap.BUCKETS];
    private BucketMap map;
    private long gap;

    Buckets(final BucketMap map, final List<Move> moves, final Placement placement) {
        this.placement = placement;
        this.map = map;
        this.owner = map.owners();
        this.from = map.froms();
        moves.forEach(move -> since[move.bucket()] = move.since());
    }

    /** The map before the first: no CPU, no owner. */
    static BucketMap nobody() {
        final int[] none = new int[BucketMap.BUCKETS];
        Arrays.fill(none, BucketMap.NONE);
        return new BucketMap(0, new int[0], none, none);
    }

    BucketMap map() {
        return map;
    }

    long version() {
        return map.version();
    }

    boolean adjustable() {
        return placement.adjustable();
    }

    boolean settled() {
        return map.settled();
    }

    /** The next version leaves out that many numbers, and is made even if nothing has changed. */
    void leaveGap(final int numbers) {
        gap = map.version() == 0 ? 0 : numbers;
    }

    List<Move> moves() {
        return IntStream.range(0, BucketMap.BUCKETS)
                .filter(b -> map.from(b) != BucketMap.NONE)
                .mapToObj(b -> new Move(b, since[b]))
                .toList();
    }

    List<Integer> ownedBy(final Collection<Integer> cpus) {
        return where(b -> cpus.contains(owner[b]));
    }

    /** Buckets that one of {@code cpus} owns or has yet to hand over. */
    List<Integer> heldBy(final Collection<Integer> cpus) {
        return where(b -> cpus.contains(owner[b]) || cpus.contains(from[b]));
    }

    /** {@code cpu} serves all that versions up to {@code version} gave to it. */
    void tookOver(final int cpu, final long version) {
        where(b -> owner[b] == cpu && from[b] != BucketMap.NONE && since[b] <= version)
                .forEach(b -> from[b] = BucketMap.NONE);
    }

    /** Forgets CPUs that died: what they owned has no owner, what they had to give is lost. */
    void bury(final Collection<Integer> dead) {
        for (int b = 0; b < BucketMap.BUCKETS; b++) {
            owner[b] = dead.contains(owner[b]) ? BucketMap.NONE : owner[b];
            from[b] = dead.contains(from[b]) ? BucketMap.NONE : from[b];
        }
    }

    /** Chooses new owners by measured load; {@link #advance} makes them a version. Returns how many buckets move. */
    int rebalance(final double[] load, final int[] eligible, final IntPredicate mayGive) {
        return assign(BY_LOAD.rebalance(owner, movable(mayGive), eligible, load));
    }

    /**
     * Makes the next version if anything has changed.
     *
     * @param listed live CPUs of the version
     * @param eligible CPUs that may receive buckets; if there are none, nothing moves
     * @param level even out among the eligible
     * @param mayGive false for CPUs that must keep their buckets for now
     */
    boolean advance(final int[] listed, final int[] eligible, final boolean level, final IntPredicate mayGive) {
        if (eligible.length > 0) {
            assign(placement.place(owner, movable(mayGive), eligible, level));
        }
        final long next = map.version() + 1 + gap;
        for (int b = 0; b < BucketMap.BUCKETS; b++) {
            if (from[b] == owner[b]) {
                from[b] = BucketMap.NONE;
            }
            if (from[b] != BucketMap.NONE && (from[b] != map.from(b) || owner[b] != map.owner(b))) {
                since[b] = next;
            }
        }
        final BucketMap candidate = new BucketMap(next, listed, owner, from);
        if (gap == 0 && candidate.equals(new BucketMap(next, map.cpus(), map.owners(), map.froms()))) {
            return false;
        }
        map = candidate;
        gap = 0;
        return true;
    }

    /** Takes new owners over; the old owner hands over if there is one that lives and still has the state. */
    private int assign(final int[] next) {
        int moved = 0;
        for (int b = 0; b < BucketMap.BUCKETS; b++) {
            if (next[b] != owner[b]) {
                from[b] = from[b] == BucketMap.NONE ? owner[b] : from[b];
                owner[b] = next[b];
                moved++;
            }
        }
        return moved;
    }

    private BitSet movable(final IntPredicate mayGive) {
        final BitSet movable = new BitSet(BucketMap.BUCKETS);
        for (int b = 0; b < BucketMap.BUCKETS; b++) {
            movable.set(b, owner[b] == BucketMap.NONE || (from[b] == BucketMap.NONE && mayGive.test(owner[b])));
        }
        return movable;
    }

    private static List<Integer> where(final IntPredicate condition) {
        final List<Integer> buckets = new ArrayList<>();
        IntStream.range(0, BucketMap.BUCKETS).filter(condition).forEach(buckets::add);
        return buckets;
    }
}
