package odonata.actors.netisr;

import odonata.protocol.flow.FlowKey;
import odonata.protocol.flow.FlowStats;

/** What passed of one flow, both directions together; times of this CPU's clock. Changed in place. */
final class FlowCounter {
    final FlowKey key;
    final int bucket;
    long packets;
    long bytes;
    long firstNs;
    long lastNs;
    boolean listed;

    FlowCounter(final FlowKey key, final int bucket, final long nowNs) {
        this.key = key;
        this.bucket = bucket;
        this.firstNs = nowNs;
        this.lastNs = nowNs;
    }

    void count(final int length, final long nowNs) {
        packets++;
        bytes += length;
        lastNs = nowNs;
    }

    void merge(final long morePackets, final long moreBytes, final long first, final long last) {
        packets += morePackets;
        bytes += moreBytes;
        firstNs = Math.min(firstNs, first);
        lastNs = Math.max(lastNs, last);
    }

    FlowStats stats() {
        return new FlowStats(packets, bytes, firstNs, lastNs);
    }
}
