package odonata.actors.netisr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import odonata.actors.netisr.NetMsg.FlowState;
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

    private final FlowTable<FlowCounter> table;
    private final FlowCounter[] busiest = new FlowCounter[LISTED];
    private int listed;

    /** One flow for the eyes of a reader. */
    public record Top(FlowKey key, int bucket, FlowStats stats) {}

    /** A table for {@code capacity} flows; when it is full the flow that was quiet longest makes room. */
    public FlowCounters(final int capacity) {
        table = new FlowTable<>(capacity);
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
        final int entry = table.find(src, sport, dst, dport, proto);
        final FlowCounter flow = entry == FlowTable.NONE
                ? insert(new FlowKey(src, sport, dst, dport, proto), bucket, nowNs)
                : table.value(entry);
        flow.count(NetOrder.getShort(data, at + 2), nowNs);
        if (!flow.listed && isStep(flow.packets)) {
            list(flow);
        }
    }

    private static boolean isStep(final long packets) {
        return packets % STEP == 0 || (packets & (packets - 1)) == 0;
    }

    private FlowCounter insert(final FlowKey key, final int bucket, final long nowNs) {
        final FlowCounter flow = new FlowCounter(key, bucket, nowNs);
        table.put(key, bucket, flow);
        return flow;
    }

    private void list(final FlowCounter flow) {
        if (listed < LISTED) {
            busiest[listed++] = flow;
            flow.listed = true;
            return;
        }
        int least = 0;
        for (int i = 1; i < LISTED; i++) {
            least = busiest[i].packets < busiest[least].packets ? i : least;
        }
        if (busiest[least].packets < flow.packets) {
            busiest[least].listed = false;
            busiest[least] = flow;
            flow.listed = true;
        }
    }

    /** The busiest flows, at most {@code n} and at most {@value #LISTED}, most packets first. */
    List<Top> top(final int n) {
        unlistGone();
        return Arrays.stream(busiest, 0, listed)
                .sorted(Comparator.comparingLong((FlowCounter flow) -> flow.packets)
                        .reversed()
                        .thenComparing(flow -> flow.key.toString()))
                .limit(n)
                .map(flow -> new Top(flow.key, flow.bucket, flow.stats()))
                .toList();
    }

    private void unlistGone() {
        int kept = 0;
        for (int i = 0; i < listed; i++) {
            final FlowCounter flow = busiest[i];
            final int entry = table.find(flow.key);
            if (entry != FlowTable.NONE && table.value(entry) == flow) {
                busiest[kept++] = flow;
            }
        }
        Arrays.fill(busiest, kept, listed, null);
        listed = kept;
    }

    /** Takes the flows of {@code buckets} out, the one that was quiet longest first. */
    List<FlowCounter> take(final BitSet buckets) {
        final List<FlowCounter> taken = new ArrayList<>();
        table.extract(buckets::get).forEach(flow -> taken.add(flow.value()));
        unlistGone();
        return taken;
    }

    /** Adds a flow that another CPU has counted; {@code shiftNs} turns its times into this CPU's. */
    void add(final FlowState state, final int bucket, final long shiftNs) {
        final int entry = table.find(state.key());
        final FlowCounter flow =
                entry == FlowTable.NONE ? insert(state.key(), bucket, state.firstNs() + shiftNs) : table.value(entry);
        flow.merge(state.packets(), state.bytes(), state.firstNs() + shiftNs, state.lastNs() + shiftNs);
        if (!flow.listed) {
            list(flow);
        }
    }
}
