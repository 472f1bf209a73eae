package odonata.actors.netisr;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import odonata.protocol.flow.BucketMap;

/**
 * Counters of the network part of one CPU. Packets are those that devices received; a datagram that was put together from
 * fragments has interface number 0 and is counted apart. One writer, the CPU's carrier, with opaque writes; any thread reads at any
 * time without a lock. Free-running: a reader takes differences.
 */
@SuppressWarnings("EnumOrdinal") // the index of a counter in an array, nowhere else
public final class NetCounters {
    /** Interfaces that are told apart; packets of further ones are counted under interface number -1. */
    public static final int MAX_INTERFACES = 64;

    private static final NetCounter[] ALL = NetCounter.values();
    private static final int NO_INTERFACE = -1;

    private final AtomicLongArray values = new AtomicLongArray(ALL.length);
    private final AtomicLongArray buckets = new AtomicLongArray(BucketMap.BUCKETS);
    /** Pairs of interface number plus 1 (0: free) and packets; the last pair is for all further ones. */
    private final AtomicLongArray interfaces = new AtomicLongArray(2 * (MAX_INTERFACES + 1));

    /** Everything at one time, not more consistent than a reader of a running CPU can be. */
    @SuppressWarnings("ArrayRecordComponent") // a copy that the reader owns
    public record Sample(Map<NetCounter, Long> values, long[] perBucket, Map<Integer, Long> perInterface) {

        /** One counter. */
        public long get(final NetCounter counter) {
            return values.getOrDefault(counter, 0L);
        }

        /** All drops together. */
        public long drops() {
            return values.entrySet().stream()
                    .filter(entry -> entry.getKey().isDrop())
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }
    }

    /** The value of a counter. */
    public long get(final NetCounter counter) {
        return values.getOpaque(counter.ordinal());
    }

    /** Packets of a bucket served by this CPU. */
    public long ofBucket(final int bucket) {
        return buckets.getOpaque(bucket);
    }

    /** Copies everything. */
    public Sample sample() {
        final Map<NetCounter, Long> copy = new EnumMap<>(NetCounter.class);
        for (final NetCounter counter : ALL) {
            copy.put(counter, get(counter));
        }
        final long[] perBucket = new long[BucketMap.BUCKETS];
        for (int b = 0; b < perBucket.length; b++) {
            perBucket[b] = buckets.getOpaque(b);
        }
        return new Sample(copy, perBucket, perInterface());
    }

    /** Packets served by interface number. */
    public Map<Integer, Long> perInterface() {
        final Map<Integer, Long> copy = new TreeMap<>();
        for (int slot = 0; slot <= MAX_INTERFACES; slot++) {
            final long count = interfaces.getOpaque(2 * slot + 1);
            if (count > 0) {
                copy.merge(
                        slot == MAX_INTERFACES ? NO_INTERFACE : (int) (interfaces.getOpaque(2 * slot) - 1),
                        count,
                        Long::sum);
            }
        }
        return copy;
    }

    /** Counts one; on the carrier. */
    public void count(final NetCounter counter) {
        add(counter, 1);
    }

    /** Counts several; on the carrier. */
    public void add(final NetCounter counter, final long n) {
        bump(values, counter.ordinal(), n);
    }

    void set(final NetCounter counter, final long value) {
        values.setOpaque(counter.ordinal(), value);
    }

    void served(final NetCounter ofClass, final int bucket, final int rcvif) {
        if (rcvif == 0) {
            bump(values, NetCounter.WHOLE.ordinal(), 1);
            return;
        }
        bump(values, NetCounter.SERVED.ordinal(), 1);
        bump(values, ofClass.ordinal(), 1);
        if (bucket < BucketMap.BUCKETS) {
            bump(buckets, bucket, 1);
        }
        bump(interfaces, 2 * slotOf(rcvif) + 1, 1);
    }

    private int slotOf(final int rcvif) {
        final long wanted = rcvif + 1L;
        for (int slot = 0; slot < MAX_INTERFACES; slot++) {
            final long known = interfaces.getPlain(2 * slot);
            if (known == wanted) {
                return slot;
            }
            if (known == 0) {
                interfaces.setOpaque(2 * slot, wanted);
                return slot;
            }
        }
        return MAX_INTERFACES;
    }

    private static void bump(final AtomicLongArray array, final int index, final long n) {
        array.setOpaque(index, array.getPlain(index) + n);
    }
}
