package odonata.protocol.flow;

import java.util.Arrays;

/**
 * One version of the map from bucket to owner CPU. Immutable; every CPU applies versions in ascending order.
 *
 * <p>While bucket {@code b} moves, {@code from(b)} names the CPU that still holds its flow state; it is {@link #NONE}
 * once the new owner has taken over, or when the old owner died and there is nothing to wait for. The paper's
 * {@code ncpus2} mask is the special case {@code owner(b) = cpus[b & ncpus2_mask]}, which {@link #masked} makes.
 */
public final class BucketMap {
    /** Slots of the map. A power of two, so that a hash selects its bucket by mask. */
    public static final int BUCKETS = 256;

    /** No CPU. */
    public static final int NONE = -1;

    private final long version;
    private final int[] cpus;
    private final int[] owner;
    private final int[] from;

    /**
     * A map of the given version.
     *
     * @param version ascending, 1 for the first map of a cluster
     * @param cpus ids of all live CPUs, ascending; copied
     * @param owner owner CPU of each bucket, {@link #BUCKETS} entries; copied
     * @param from CPU that hands each bucket over, or {@link #NONE}; copied
     */
    public BucketMap(final long version, final int[] cpus, final int[] owner, final int[] from) {
        if (owner.length != BUCKETS || from.length != BUCKETS) {
            throw new IllegalArgumentException("owner=" + owner.length + " from=" + from.length + " want " + BUCKETS);
        }
        this.version = version;
        this.cpus = cpus.clone();
        this.owner = owner.clone();
        this.from = from.clone();
    }

    /** The paper's placement: {@code ncpus2} of the CPUs share all buckets by mask, the rest own none (R34). */
    public static BucketMap masked(final long version, final int[] cpus) {
        final int mask = Integer.highestOneBit(cpus.length) - 1;
        final int[] owner = new int[BUCKETS];
        Arrays.setAll(owner, b -> cpus[b & mask]);
        final int[] from = new int[BUCKETS];
        Arrays.fill(from, NONE);
        return new BucketMap(version, cpus, owner, from);
    }

    /** Bucket of a hash. */
    public static int bucketOf(final int hash) {
        return hash & (BUCKETS - 1);
    }

    /** Version of this map. */
    public long version() {
        return version;
    }

    /** Owner CPU of {@code bucket}. */
    public int owner(final int bucket) {
        return owner[bucket];
    }

    /** CPU that hands {@code bucket} over, or {@link #NONE} when the owner may serve it at once. */
    public int from(final int bucket) {
        return from[bucket];
    }

    /** Ids of the live CPUs, ascending; a copy. */
    public int[] cpus() {
        return cpus.clone();
    }

    /** Owners by bucket; a copy. */
    public int[] owners() {
        return owner.clone();
    }

    /** Hand-over sources by bucket; a copy. */
    public int[] froms() {
        return from.clone();
    }

    /** True when no bucket is on the move. */
    public boolean settled() {
        for (final int f : from) {
            if (f != NONE) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof BucketMap that
                && version == that.version
                && Arrays.equals(cpus, that.cpus)
                && Arrays.equals(owner, that.owner)
                && Arrays.equals(from, that.from);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(version) * 31 + Arrays.hashCode(owner);
    }

    @Override
    public String toString() {
        return "BucketMap[version=" + version + " cpus=" + Arrays.toString(cpus) + " settled=" + settled() + "]";
    }
}
