package odonata.protocol.tcp.machine;

/**
 * What a user may know of a connection (STATUS, RFC 9293 section 3.10.6; {@code struct tcp_info}). Times are microseconds, sizes bytes.
 *
 * @param segmentSize text of a full segment that is sent
 * @param flight bytes sent and not acknowledged
 * @param retransmits retransmissions of the oldest segment
 * @param sndWnd window of the peer
 * @param rcvWnd window that the peer was told
 * @param sndScale shift of the peer's window; -1 without scaling
 * @param rcvScale shift of the own window; -1 without scaling
 * @param sacked bytes of the flight that the peer has reported
 * @param recovering a loss that duplicates have told of is being repaired
 * @param totalRetransmits retransmissions since the beginning
 */
public record TcpInfo(
        TcpState state,
        boolean timestamps,
        boolean sack,
        boolean ecn,
        int sndScale,
        int rcvScale,
        long rtoUs,
        long srttUs,
        long rttvarUs,
        int segmentSize,
        int cwnd,
        int ssthresh,
        int flight,
        int retransmits,
        int sndWnd,
        int rcvWnd,
        int sacked,
        boolean recovering,
        int totalRetransmits) {

    /** As {@code tcb} is now. */
    public static TcpInfo of(final TcpCb tcb) {
        return new TcpInfo(
                tcb.state(),
                tcb.tsOk,
                tcb.sackOk,
                tcb.ecnOk,
                tcb.scaleOk ? tcb.sndScale : -1,
                tcb.scaleOk ? tcb.rcvScale : -1,
                tcb.rtoUs(),
                tcb.srttUs(),
                tcb.rttvarUs(),
                tcb.segmentSize(),
                tcb.cc.cwnd(),
                tcb.cc.ssthresh(),
                tcb.flight(),
                tcb.rexmtShift(),
                tcb.sndWnd(),
                tcb.rcvAdv() - tcb.rcvNxt(),
                tcb.scoreboard.sackedBytes(),
                tcb.inRecovery(),
                tcb.totalRetransmits);
    }

    /** Of a socket that has no connection. */
    public static TcpInfo none(final TcpState state) {
        return new TcpInfo(state, false, false, false, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false, 0);
    }
}
