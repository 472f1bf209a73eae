package odonata.actors.netisr;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * Packets, or commands, that wait at one protocol thread or port, a queue a bucket. What came later never overtakes: a packet waits while
 * others of its bucket do.
 *
 * <p>Owner: the protocol thread. Bound: {@code capacity} packets in all queues together; one more is refused.
 *
 * @param <M> the packet's message
 */
public final class HoldQueues<M> {
    private final Partition partition;
    private final ToIntFunction<M> bucketOf;
    private final ToLongFunction<M> versionOf;
    private final int capacity;
    private final IntConsumer aside;
    private final ArrayDeque<M>[] queues;
    private int held;

    /** Queues for {@code capacity} packets; {@code aside} is told how many more, or less, wait. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    public HoldQueues(
            final Partition partition,
            final ToIntFunction<M> bucketOf,
            final ToLongFunction<M> versionOf,
            final int capacity,
            final IntConsumer aside) {
        this.partition = partition;
        this.bucketOf = bucketOf;
        this.versionOf = versionOf;
        this.capacity = capacity;
        this.aside = aside;
        this.queues = new ArrayDeque[Partition.UNHASHED + 1];
    }

    /** Packets that wait. */
    public int held() {
        return held;
    }

    /** What is to be done with a packet that has just come; after HOLD it is in the queue. */
    public Verdict admit(final M packet) {
        final int bucket = bucketOf.applyAsInt(packet);
        final ArrayDeque<M> queue = queues[bucket];
        final boolean behind = queue != null && !queue.isEmpty();
        final Verdict verdict = behind ? Verdict.HOLD : partition.decide(bucket, versionOf.applyAsLong(packet));
        return verdict == Verdict.HOLD ? hold(bucket, packet) : verdict;
    }

    private Verdict hold(final int bucket, final M packet) {
        if (held >= capacity) {
            return Verdict.REFUSE;
        }
        if (queues[bucket] == null) {
            queues[bucket] = new ArrayDeque<>();
        }
        queues[bucket].addLast(packet);
        held++;
        aside.accept(1);
        return Verdict.HOLD;
    }

    /** Gives every packet that need not wait any longer to {@code serve} or {@code forward}, in order for each bucket. */
    public void release(final Consumer<M> serve, final Consumer<M> forward) {
        for (int bucket = 0; held > 0 && bucket < queues.length; bucket++) {
            if (queues[bucket] != null) {
                release(bucket, queues[bucket], serve, forward);
            }
        }
    }

    private void release(
            final int bucket, final ArrayDeque<M> queue, final Consumer<M> serve, final Consumer<M> forward) {
        while (!queue.isEmpty()) {
            final Verdict verdict = partition.decide(bucket, versionOf.applyAsLong(queue.getFirst()));
            if (verdict == Verdict.HOLD) {
                return;
            }
            held--;
            aside.accept(-1);
            final M packet = Objects.requireNonNull(queue.pollFirst());
            (verdict == Verdict.SERVE ? serve : forward).accept(packet);
        }
        queues[bucket] = null;
    }
}
