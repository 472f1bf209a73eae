package odonata.node.snapshot;

import java.util.Map;
import java.util.TreeMap;

/** Buckets counted by owner. */
public final class Ownership {
    private Ownership() {}

    /** Number of buckets by owner CPU. */
    public static Map<Integer, Integer> bucketsByCpu(final int[] owner) {
        final Map<Integer, Integer> counts = new TreeMap<>();
        for (final int cpu : owner) {
            counts.merge(cpu, 1, Integer::sum);
        }
        return counts;
    }
}
