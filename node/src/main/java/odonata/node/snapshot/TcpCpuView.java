package odonata.node.snapshot;

import java.util.Map;

/**
 * TCP of one CPU. Rates are per second over the window.
 *
 * @param cpu its id
 * @param member whose it is
 * @param connections in its table, TIME-WAIT included
 * @param states how many of the oldest of them are in each state; states without any are left out
 * @param halfOpen handshakes in its syncache
 * @param syncacheLimit handshakes that it has room for
 * @param segmentsInPerS segments received
 * @param segmentsOutPerS segments sent; one that the device cuts into several counts once
 * @param bytesInPerS bytes that became readable
 * @param bytesOutPerS bytes sent for the first time
 * @param retransmitsPerS segments sent again
 * @param outOfOrderPerS segments received before or at the end of a gap
 * @param duplicateAcksPerS duplicate acknowledgments received
 * @param acceptedPerS handshakes of peers that were completed, by a cookie too
 * @param cookiesSentPerS SYNs answered with a cookie
 * @param cookiesAcceptedPerS connections opened by nothing but a cookie
 * @param evictedPerS handshakes thrown out of the syncache or given up
 * @param refusedPerS connections refused because too many wait to be accepted
 * @param resetsInPerS RSTs received
 * @param resetsOutPerS RSTs sent
 * @param droppedPerS connections that ended by an error
 * @param badPerS segments with a wrong checksum
 * @param accepted handshakes of peers that were completed, by a cookie too, since the member began
 */
public record TcpCpuView(
        int cpu,
        int member,
        int connections,
        Map<String, Integer> states,
        int halfOpen,
        int syncacheLimit,
        double segmentsInPerS,
        double segmentsOutPerS,
        double bytesInPerS,
        double bytesOutPerS,
        double retransmitsPerS,
        double outOfOrderPerS,
        double duplicateAcksPerS,
        double acceptedPerS,
        double cookiesSentPerS,
        double cookiesAcceptedPerS,
        double evictedPerS,
        double refusedPerS,
        double resetsInPerS,
        double resetsOutPerS,
        double droppedPerS,
        double badPerS,
        long accepted) {}
