package odonata.node.snapshot;

/**
 * One busy flow.
 *
 * @param proto tcp, udp, icmp or a number
 * @param src address and port
 * @param dst address and port
 * @param cpu owner
 * @param bucket its bucket
 * @param packets packets so far
 * @param bytes bytes so far
 * @param packetsPerS packets per second
 * @param firstMs first packet, milliseconds since 1970
 * @param lastMs last packet
 */
public record FlowView(
        String proto,
        String src,
        String dst,
        int cpu,
        int bucket,
        long packets,
        long bytes,
        double packetsPerS,
        long firstMs,
        long lastMs) {}
