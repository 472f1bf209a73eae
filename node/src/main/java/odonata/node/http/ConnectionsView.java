package odonata.node.http;

import java.util.List;

/**
 * The TCP connections and listeners of a member.
 *
 * @param member its id; 0 before it has one
 */
public record ConnectionsView(int member, List<Connection> connections) {

    /**
     * One of them.
     *
     * @param proto tcp
     * @param cpu that owns it
     * @param local own end, as address:port
     * @param remote peer, as address:port; of a listener 0.0.0.0:0
     * @param state of RFC 9293
     * @param recvQ bytes that the user has not read; of a listener, connections that wait to be accepted
     * @param sendQ bytes that the peer has not acknowledged, or that were not sent yet
     * @param cwnd congestion window, bytes
     * @param ssthresh slow-start threshold, bytes
     * @param rtoMs retransmission timeout
     * @param srttMs round-trip time, smoothed
     * @param retransmits retransmissions of the oldest segment
     */
    public record Connection(
            String proto,
            int cpu,
            String local,
            String remote,
            String state,
            int recvQ,
            int sendQ,
            int cwnd,
            int ssthresh,
            double rtoMs,
            double srttMs,
            int retransmits) {}
}
