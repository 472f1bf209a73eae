package odonata.ssi.uplink;

/**
 * Counters of the link from one member to another, read while it works.
 *
 * @param from this member
 * @param to the other one
 * @param messages entries sent: requests, replies, forward notices
 * @param bytes sent in frames of entries
 * @param frames of entries sent; {@code messages / frames} is the batch
 * @param stalls entries that had to wait for credit or for room in the transport
 * @param creditsUsed entries under way now, of all CPU pairs together
 * @param creditsMax entries that may be under way
 * @param roundTripNs smoothed time of a ping, 0 before the first; includes the sleep of idle threads on both sides
 * @param received entries received
 * @param lost entries that the other side sent and that never came
 * @param connected true when credits were exchanged and the transport is up
 * @param near true when entries are sent through shared memory, false when by UDP
 */
public record LinkStats(
        int from,
        int to,
        long messages,
        long bytes,
        long frames,
        long stalls,
        long creditsUsed,
        long creditsMax,
        long roundTripNs,
        long received,
        long lost,
        boolean connected,
        boolean near) {}
