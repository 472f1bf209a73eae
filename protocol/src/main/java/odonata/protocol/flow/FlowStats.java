package odonata.protocol.flow;

/**
 * What passed of one flow, both directions together.
 *
 * @param packets packets counted
 * @param bytes IP bytes counted
 * @param firstNs time of the first packet
 * @param lastNs time of the last packet
 */
public record FlowStats(long packets, long bytes, long firstNs, long lastNs) {

    /** A flow of which one packet of {@code bytes} was seen. */
    public static FlowStats first(final long bytes, final long nowNs) {
        return new FlowStats(1, bytes, nowNs, nowNs);
    }

    /** These and one more packet. */
    public FlowStats plus(final long moreBytes, final long nowNs) {
        return new FlowStats(packets + 1, bytes + moreBytes, Math.min(firstNs, nowNs), Math.max(lastNs, nowNs));
    }

    /** These and those of another part of the same flow. */
    public FlowStats merge(final FlowStats other) {
        return new FlowStats(
                packets + other.packets,
                bytes + other.bytes,
                Math.min(firstNs, other.firstNs),
                Math.max(lastNs, other.lastNs));
    }

    /** Time from the first packet to the last. */
    public long durationNs() {
        return lastNs - firstNs;
    }
}
