package odonata.ssi.partition;

import java.util.BitSet;
import odonata.protocol.flow.BucketMap;

/**
 * The paper's placement: {@code ncpus2}, the largest power of two not above the number of CPUs, share all buckets by mask; the
 * other CPUs own none (R34). A join or a departure that changes {@code ncpus2} or a position in the list moves many buckets.
 */
public final class Ncpus2Mask implements Placement {

    @Override
    public String name() {
        return "ncpus2";
    }

    @Override
    public boolean adjustable() {
        return false;
    }

    @Override
    public int[] place(final int[] owners, final BitSet movable, final int[] eligible, final boolean level) {
        final BucketMap target = BucketMap.masked(0, eligible);
        final int[] next = owners.clone();
        for (int b = movable.nextSetBit(0); b >= 0; b = movable.nextSetBit(b + 1)) {
            next[b] = target.owner(b);
        }
        return next;
    }
}
