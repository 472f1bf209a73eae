package odonata.ssi.partition;

import java.util.BitSet;

/**
 * Lowers the largest load of a CPU by moving few buckets, hottest CPU to coldest, by measured load of each bucket.
 *
 * <p>Greedy: every move takes the one bucket of the hottest CPU that leaves the pair most even, and is made only if it lowers
 * that CPU's load without lifting the coldest above it. One bucket hotter than the mean cannot be split: then it stops.
 */
public final class ByLoad {
    private final int maxMoves;
    private final double goodEnough;

    /**
     * A rebalancer.
     *
     * @param maxMoves most buckets it moves in one call, at least 1
     * @param goodEnough imbalance (largest load over mean load) at which it stops, at least 1.0
     */
    public ByLoad(final int maxMoves, final double goodEnough) {
        if (maxMoves < 1 || !(goodEnough >= 1.0)) {
            throw new IllegalArgumentException("maxMoves=" + maxMoves + " (>= 1) goodEnough=" + goodEnough + " (>= 1)");
        }
        this.maxMoves = maxMoves;
        this.goodEnough = goodEnough;
    }

    /**
     * New owners.
     *
     * @param owners owner CPU by bucket; not changed
     * @param movable buckets that may change their owner now
     * @param eligible CPUs that take part, ascending, at least one
     * @param load packets or any other measure by bucket, not negative
     */
    public int[] rebalance(final int[] owners, final BitSet movable, final int[] eligible, final double[] load) {
        final int[] next = owners.clone();
        final Tally tally = new Tally(eligible);
        for (int b = 0; b < next.length; b++) {
            if (tally.knows(next[b])) {
                tally.add(next[b], load[b]);
            }
        }
        for (int moved = 0; moved < maxMoves && tally.max() > goodEnough * tally.mean(); moved++) {
            if (!moveOne(next, movable, tally, load)) {
                break;
            }
        }
        return next;
    }

    private static boolean moveOne(final int[] next, final BitSet movable, final Tally tally, final double[] load) {
        final int giver = tally.fullestFirst()[0];
        final int taker = tally.emptiest();
        final double gap = tally.of(giver) - tally.of(taker);
        int best = -1;
        for (int b = movable.nextSetBit(0); b >= 0; b = movable.nextSetBit(b + 1)) {
            final boolean helps = next[b] == giver && load[b] > 0 && load[b] < gap;
            if (helps && (best < 0 || Math.abs(gap - 2 * load[b]) < Math.abs(gap - 2 * load[best]))) {
                best = b;
            }
        }
        if (best < 0) {
            return false;
        }
        next[best] = taker;
        tally.add(giver, -load[best]);
        tally.add(taker, load[best]);
        return true;
    }

    /** Largest load of an eligible CPU over the mean; 1 when there is no load. */
    public static double imbalance(final int[] owners, final int[] eligible, final double[] load) {
        final Tally tally = new Tally(eligible);
        for (int b = 0; b < owners.length; b++) {
            if (tally.knows(owners[b])) {
                tally.add(owners[b], load[b]);
            }
        }
        return tally.mean() == 0 ? 1 : tally.max() / tally.mean();
    }
}
