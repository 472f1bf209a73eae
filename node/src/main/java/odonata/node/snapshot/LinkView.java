package odonata.node.snapshot;

/**
 * The uplink from one member to another.
 *
 * @param from sending member
 * @param to receiving member
 * @param messagesPerS messages per second
 * @param bytesPerS payload bytes per second
 * @param batch messages per frame
 * @param creditsUsed messages sent and not yet taken, most loaded CPU
 * @param creditsMax most that may be under way
 * @param stallsPerS times per second that a sender had no credit
 * @param roundTripUs credit round trip, microseconds; 0 when not measured
 */
public record LinkView(
        int from,
        int to,
        double messagesPerS,
        double bytesPerS,
        double batch,
        long creditsUsed,
        long creditsMax,
        double stallsPerS,
        double roundTripUs) {}
