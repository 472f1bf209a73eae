package odonata.protocol.tcp.syn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.flow.SipHash;

/**
 * The handshakes that have begun on one CPU (reference 5.8, I50): at most so many in a bucket, at most so many in all; one that is too many
 * throws out the oldest of the bucket, or the oldest of those that wait longest. The bucket is chosen under a secret, so that nobody can aim at one.
 *
 * <p>A SYN,ACK is sent again after 3, 6, 12 and 24 s, at most four times; entries that have been sent equally often wait equally long, so each
 * such group is a queue in order of time. Times are microseconds of the owner's clock. Thread: one owner. Source: {@code tcp_syncache.c}.
 *
 * @param <L> the listener
 */
public final class Syncache<L> {
    /** Retransmissions of one SYN,ACK. */
    public static final int MAX_RETRANSMITS = 4;

    /** Answer of {@link #nextDueUs} when nothing waits. */
    public static final long NEVER = Long.MAX_VALUE;

    private final Limits limits;
    private final long baseUs;
    private final long k0;
    private final long k1;
    private final List<LinkedHashMap<FlowKey, SynEntry<L>>> buckets = new ArrayList<>();
    private final List<LinkedHashSet<SynEntry<L>>> queues = new ArrayList<>();
    private int size;
    private long bucketOverflows;
    private long cacheOverflows;

    /**
     * How much it holds.
     *
     * @param buckets number of buckets, a power of two
     * @param perBucket entries of one bucket
     * @param total entries of all
     */
    public record Limits(int buckets, int perBucket, int total) {
        /** Those of BSD. */
        public static final Limits BSD = new Limits(512, 30, 15_360);

        /** Rejects what can hold nothing. */
        public Limits {
            if (Integer.bitCount(buckets) != 1 || perBucket < 1 || total < 1) {
                throw new IllegalArgumentException(
                        "buckets=" + buckets + " perBucket=" + perBucket + " total=" + total);
            }
        }
    }

    /** An empty cache; {@code baseUs} is the time before the first retransmission. */
    public Syncache(final Limits limits, final long baseUs, final long k0, final long k1) {
        this.limits = limits;
        this.baseUs = baseUs;
        this.k0 = k0;
        this.k1 = k1;
        for (int b = 0; b < limits.buckets(); b++) {
            buckets.add(new LinkedHashMap<>(0));
        }
        for (int n = 0; n <= MAX_RETRANSMITS; n++) {
            queues.add(new LinkedHashSet<>());
        }
    }

    /** Entries in it. */
    public int size() {
        return size;
    }

    /** Entries thrown out because a bucket was full. */
    public long bucketOverflows() {
        return bucketOverflows;
    }

    /** Entries thrown out because all was full. */
    public long cacheOverflows() {
        return cacheOverflows;
    }

    /** The entry of a connection, own end first. */
    public Optional<SynEntry<L>> find(final FlowKey flow) {
        return Optional.ofNullable(bucketOf(flow).get(flow));
    }

    /** Adds an entry whose SYN,ACK is sent now, in place of one of the same connection. */
    public void add(final SynEntry<L> entry, final long nowUs) {
        find(entry.flow).ifPresent(this::remove);
        final Map<FlowKey, SynEntry<L>> bucket = bucketOf(entry.flow);
        if (bucket.size() >= limits.perBucket()) {
            bucketOverflows++;
            remove(bucket.values().iterator().next());
        } else if (size >= limits.total()) {
            cacheOverflows++;
            remove(oldest());
        }
        bucket.put(entry.flow, entry);
        size++;
        entry.retransmits = 0;
        sent(entry, nowUs);
    }

    /** The SYN has come again, perhaps with other options: it is answered now, and the wait for the answer begins anew. */
    public void repeated(final SynEntry<L> entry, final byte[] syn, final long nowUs) {
        queues.get(entry.retransmits).remove(entry);
        entry.syn = syn;
        sent(entry, nowUs);
    }

    /** Adds an entry of another cache as it is there: its time goes on. */
    public void adopt(final SynEntry<L> entry) {
        final int retransmits = entry.retransmits;
        final long dueUs = entry.dueUs;
        final long sentUs = entry.sentUs;
        add(entry, sentUs);
        queues.get(0).remove(entry);
        entry.retransmits = retransmits;
        entry.dueUs = dueUs;
        enqueue(entry);
    }

    /** Takes an entry out; nothing happens when it is not there. */
    public void remove(final SynEntry<L> entry) {
        if (bucketOf(entry.flow).remove(entry.flow, entry)) {
            size--;
            queues.get(entry.retransmits).remove(entry);
        }
    }

    /** Takes out and returns what {@code which} accepts. */
    public List<SynEntry<L>> extract(final Predicate<SynEntry<L>> which) {
        final List<SynEntry<L>> taken = new ArrayList<>();
        queues.forEach(queue -> queue.stream().filter(which).forEach(taken::add));
        taken.forEach(this::remove);
        return taken;
    }

    /** True when {@code which} accepts one of them. */
    public boolean contains(final Predicate<SynEntry<L>> which) {
        return queues.stream().anyMatch(queue -> queue.stream().anyMatch(which));
    }

    /** When {@link #expire} has something to do. */
    public long nextDueUs() {
        long next = NEVER;
        for (final LinkedHashSet<SynEntry<L>> queue : queues) {
            if (!queue.isEmpty()) {
                next = Math.min(next, queue.iterator().next().dueUs);
            }
        }
        return next;
    }

    /** Gives those whose SYN,ACK must be sent again to {@code resend}, and those that have been sent often enough, out of the cache, to {@code stale}. */
    public void expire(final long nowUs, final Consumer<SynEntry<L>> resend, final Consumer<SynEntry<L>> stale) {
        for (int n = MAX_RETRANSMITS; n >= 0; n--) {
            final LinkedHashSet<SynEntry<L>> queue = queues.get(n);
            while (!queue.isEmpty() && queue.iterator().next().dueUs <= nowUs) {
                final SynEntry<L> entry = queue.iterator().next();
                if (n == MAX_RETRANSMITS) {
                    remove(entry);
                    stale.accept(entry);
                } else {
                    queue.remove(entry);
                    entry.retransmits++;
                    sent(entry, nowUs);
                    resend.accept(entry);
                }
            }
        }
    }

    private void sent(final SynEntry<L> entry, final long nowUs) {
        entry.sentUs = nowUs;
        entry.dueUs = nowUs + (baseUs << entry.retransmits);
        queues.get(entry.retransmits).add(entry);
    }

    /** In order of time, which an entry from elsewhere may break. */
    private void enqueue(final SynEntry<L> entry) {
        final LinkedHashSet<SynEntry<L>> queue = queues.get(entry.retransmits);
        final List<SynEntry<L>> later =
                queue.stream().filter(other -> other.dueUs > entry.dueUs).toList();
        later.forEach(queue::remove);
        queue.add(entry);
        queue.addAll(later);
    }

    private SynEntry<L> oldest() {
        for (int n = MAX_RETRANSMITS; n >= 0; n--) {
            if (!queues.get(n).isEmpty()) {
                return queues.get(n).iterator().next();
            }
        }
        throw new IllegalStateException("full and empty");
    }

    private Map<FlowKey, SynEntry<L>> bucketOf(final FlowKey flow) {
        final long addresses = ((flow.src() & 0xffff_ffffL) << 32) | (flow.dst() & 0xffff_ffffL);
        final long ports = ((long) flow.sport() << 16) | flow.dport();
        return buckets.get((int) SipHash.of(k0, k1, addresses, ports) & (limits.buckets() - 1));
    }
}
