package odonata.ssi.partition;

import java.util.BitSet;

/**
 * The same number of buckets for every CPU, give or take one, with as few moves as that takes: a join pulls just enough from the
 * fullest owners, a drain or a crash pushes to the emptiest.
 */
public final class Balanced implements Placement {

    @Override
    public String name() {
        return "balanced";
    }

    @Override
    public int[] place(final int[] owners, final BitSet movable, final int[] eligible, final boolean level) {
        final int[] next = owners.clone();
        final Tally tally = house(next, movable, eligible);
        boolean more = level;
        while (more) {
            more = levelOnce(next, movable, tally);
        }
        return next;
    }

    /** Gives each movable bucket without an eligible owner to the CPU that has fewest; counts what all have. */
    private static Tally house(final int[] next, final BitSet movable, final int[] eligible) {
        final Tally tally = new Tally(eligible);
        for (final int owner : next) {
            if (tally.knows(owner)) {
                tally.add(owner, 1);
            }
        }
        for (int b = movable.nextSetBit(0); b >= 0; b = movable.nextSetBit(b + 1)) {
            if (!tally.knows(next[b])) {
                next[b] = tally.emptiest();
                tally.add(next[b], 1);
            }
        }
        return tally;
    }

    /** Moves one bucket from the fullest CPU that can give to the emptiest; false when that would gain nothing. */
    private static boolean levelOnce(final int[] next, final BitSet movable, final Tally tally) {
        final int taker = tally.emptiest();
        for (final int giver : tally.fullestFirst()) {
            if (tally.of(giver) - tally.of(taker) <= 1) {
                return false;
            }
            final int bucket = firstOf(giver, next, movable);
            if (bucket >= 0) {
                next[bucket] = taker;
                tally.add(giver, -1);
                tally.add(taker, 1);
                return true;
            }
        }
        return false;
    }

    private static int firstOf(final int cpu, final int[] next, final BitSet movable) {
        for (int b = movable.nextSetBit(0); b >= 0; b = movable.nextSetBit(b + 1)) {
            if (next[b] == cpu) {
                return b;
            }
        }
        return -1;
    }
}
