package odonata.node.snapshot;

import java.util.Comparator;

/**
 * A TCP connection, a listener, or a UDP socket.
 *
 * @param proto tcp or udp
 * @param cpu that owns it
 * @param local own end, as address:port
 * @param remote peer, as address:port; 0.0.0.0:0 without one
 * @param state of RFC 9293; of a UDP socket empty
 * @param recvQ bytes that the user has not read; of a listener, connections that wait to be accepted
 * @param sendQ bytes that the peer has not acknowledged, or that were not sent yet; of a listener, connections that may wait
 * @param cwnd congestion window, bytes
 * @param ssthresh slow-start threshold, bytes
 * @param rtoMs retransmission timeout
 * @param srttMs round-trip time, smoothed
 * @param retransmits retransmissions of the oldest segment
 */
public record ConnectionView(
        String proto,
        int cpu,
        String local,
        String remote,
        String state,
        long recvQ,
        long sendQ,
        int cwnd,
        int ssthresh,
        double rtoMs,
        double srttMs,
        int retransmits) {
    /** Those in most trouble, or with most in their queues, first. */
    public static final Comparator<ConnectionView> WORST_FIRST = Comparator.comparingInt(ConnectionView::retransmits)
            .thenComparingLong(c -> c.recvQ + c.sendQ)
            .reversed();
}
