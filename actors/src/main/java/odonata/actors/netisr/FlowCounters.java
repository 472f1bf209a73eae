package odonata.actors.netisr;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import odonata.actors.netisr.NetMsg.FlowState;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.flow.FlowStats;
import odonata.protocol.flow.FlowTable;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * The flows of one protocol thread and what passed of each.
 *
 * <p>The busiest flows are kept in a short list beside the table, so that showing them costs no walk through it: a flow
 * asks for a place when its count reaches a power of two or a multiple of {@value #STEP}, so the list is right to that grain.
 * Owner: the protocol thread's carrier. A packet of a known flow allocates nothing.
 */
public final class FlowCounters {
    private static final int LISTED = 64;
    private static final int STEP = 64;

    // Words of an entry.
    private static final int PACKETS = 0;
    private static final int BYTES = 1;
    private static final int FIRST_NS = 2;
    private static final int LAST_NS = 3;
    private static final int WORDS = 4;

    private final FlowTable table;
    private final int[] busiest = new int[LISTED];
    /** Whose entry each of them was: it may be another flow's now. */
    private final FlowKey[] keys = new FlowKey[LISTED];

    private int listed;
    /** When the list is full: none in it has less. */
    private long least;

    /** One flow for the eyes of a reader. */
    public record Top(FlowKey key, int bucket, FlowStats stats) {}

    /** A flow that was taken out. */
    record Taken(FlowKey key, int bucket, FlowStats stats) {
        /** As another CPU is told of it. */
        FlowState state() {
            return new FlowState(key, stats.packets(), stats.bytes(), stats.firstNs(), stats.lastNs());
        }
    }

    /**
     * A table for {@code capacity} flows; when it is full the flow that was quiet longest makes room.
     *
     * @param secret under which their places are chosen
     */
    public FlowCounters(final int capacity, final long secret) {
        table = FlowTable.ofFlows(capacity, WORDS, secret);
    }

    /** Flows in the table. */
    public int size() {
        return table.size();
    }

    /** Flows thrown out to make room. */
    public long evicted() {
        return table.evicted();
    }

    /**
     * Counts a TCP or UDP packet that the classifier accepted.
     *
     * @param bucket the flow's bucket
     */
    public void count(final Mbuf mbuf, final int bucket, final long nowNs) {
        final byte[] data = mbuf.data();
        final int at = mbuf.offset();
        final int transport = at + ((data[at] & 0xf) << 2);
        final int src = NetOrder.getInt(data, at + 12);
        final int dst = NetOrder.getInt(data, at + 16);
        final int sport = NetOrder.getShort(data, transport);
        final int dport = NetOrder.getShort(data, transport + 2);
        final int proto = NetOrder.getByte(data, at + 9);
        final int known = table.find(src, sport, dst, dport, proto);
        final int entry =
                known == FlowTable.NONE ? insert(new FlowKey(src, sport, dst, dport, proto), bucket, nowNs) : known;
        final long[] words = table.words();
        final int first = table.at(entry);
        final long packets = ++words[first + PACKETS];
        words[first + BYTES] += NetOrder.getShort(data, at + 2);
        words[first + LAST_NS] = nowNs;
        if (isStep(packets)) {
            list(entry, packets);
        }
    }

    private static boolean isStep(final long packets) {
        return packets % STEP == 0 || (packets & (packets - 1)) == 0;
    }

    private long add(final int entry, final int word, final long more) {
        final long sum = table.word(entry, word) + more;
        table.word(entry, word, sum);
        return sum;
    }

    private int insert(final FlowKey key, final int bucket, final long nowNs) {
        final int entry = table.put(key, bucket);
        table.word(entry, FIRST_NS, nowNs);
        table.word(entry, LAST_NS, nowNs);
        return entry;
    }

    private void list(final int entry, final long packets) {
        if (listed == LISTED && packets <= least) {
            return;
        }
        final FlowKey key = table.flow(entry);
        int place = placeOf(entry);
        if (place == listed && listed == LISTED) {
            place = placeOfLeast();
            if (packetsAt(place) >= packets) {
                return;
            }
        }
        listed = Math.max(listed, place + 1);
        busiest[place] = entry;
        keys[place] = key;
        if (listed == LISTED) {
            least = packetsAt(placeOfLeast());
        }
    }

    /** Where an entry is listed, or would be. */
    private int placeOf(final int entry) {
        int place = 0;
        while (place < listed && busiest[place] != entry) {
            place++;
        }
        return place;
    }

    private int placeOfLeast() {
        int place = 0;
        for (int i = 1; i < listed; i++) {
            place = packetsAt(i) < packetsAt(place) ? i : place;
        }
        return place;
    }

    /** 0 when the flow is gone. */
    private long packetsAt(final int place) {
        return isThere(place) ? table.word(busiest[place], PACKETS) : 0;
    }

    private boolean isThere(final int place) {
        return table.peek(keys[place]) == busiest[place];
    }

    /** The busiest flows, at most {@code n} and at most {@value #LISTED}, most packets first. */
    List<Top> top(final int n) {
        unlistGone();
        return IntStream.range(0, listed)
                .mapToObj(place -> new Top(keys[place], table.hash(busiest[place]), stats(busiest[place])))
                .sorted(Comparator.comparingLong((Top flow) -> flow.stats().packets())
                        .reversed()
                        .thenComparing(flow -> flow.key().toString()))
                .limit(n)
                .toList();
    }

    private FlowStats stats(final int entry) {
        return new FlowStats(
                table.word(entry, PACKETS),
                table.word(entry, BYTES),
                table.word(entry, FIRST_NS),
                table.word(entry, LAST_NS));
    }

    /** Takes the flows of {@code buckets} out, the one that was quiet longest first. */
    List<Taken> take(final BitSet buckets) {
        final List<Taken> taken = new ArrayList<>();
        table.forEach(entry -> {
            if (buckets.get(BucketMap.bucketOf(table.hash(entry)))) {
                taken.add(new Taken(table.flow(entry), table.hash(entry), stats(entry)));
                table.remove(entry);
            }
        });
        unlistGone();
        return taken;
    }

    private void unlistGone() {
        int kept = 0;
        for (int i = 0; i < listed; i++) {
            if (isThere(i)) {
                busiest[kept] = busiest[i];
                keys[kept++] = keys[i];
            }
        }
        listed = kept;
    }

    /** Adds a flow that another CPU has counted; {@code shiftNs} turns its times into this CPU's. */
    void add(final FlowState state, final int bucket, final long shiftNs) {
        final long firstNs = state.firstNs() + shiftNs;
        final int known = table.find(state.key());
        final int entry = known == FlowTable.NONE ? insert(state.key(), bucket, firstNs) : known;
        final long packets = add(entry, PACKETS, state.packets());
        add(entry, BYTES, state.bytes());
        table.word(entry, FIRST_NS, Math.min(table.word(entry, FIRST_NS), firstNs));
        table.word(entry, LAST_NS, Math.max(table.word(entry, LAST_NS), state.lastNs() + shiftNs));
        list(entry, packets);
    }
}
