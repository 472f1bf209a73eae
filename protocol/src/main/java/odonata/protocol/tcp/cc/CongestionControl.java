package odonata.protocol.tcp.cc;

import odonata.protocol.wire.Fields;

/**
 * The congestion window of one connection (R42). The machine recognises what happened and says so; this decides how
 * much may be in flight. All amounts are bytes.
 *
 * <p>Thread: the owner of the connection.
 */
public interface CongestionControl {
    /** Makes the control of a new connection. */
    @FunctionalInterface
    interface Factory {
        /** A control for segments of {@code mss} bytes that begins with {@code initialWindow}. */
        CongestionControl create(int mss, int initialWindow);
    }

    /** Congestion window. */
    int cwnd();

    /** Slow-start threshold; {@link Integer#MAX_VALUE} until the first loss. */
    int ssthresh();

    /** New data was acknowledged outside recovery. */
    void acked(int bytes);

    /** A loss was recognised by duplicates with {@code flight} bytes outstanding; {@code dupAcks} have left the network. */
    void enterRecovery(int flight, int dupAcks);

    /** A loss was recognised by SACK: no inflation, what is in flight is counted. */
    void enterSackRecovery(int flight);

    /** One more duplicate inside recovery. */
    void duplicateAck();

    /** Part of what was outstanding at the loss was acknowledged. */
    void partialAck(int bytes);

    /** All of it was; {@code flight} bytes are outstanding now. */
    void exitRecovery(int flight);

    /** The network has marked a packet, of {@code flight} bytes outstanding: as on a loss, but nothing is lost (RFC 3168 section 6.1.2). */
    void marked(int flight);

    /** SACK recovery has ended. */
    void exitSackRecovery();

    /** The retransmission timer expired; {@code first} when it is the first time for this data. */
    void timeout(int flight, boolean first);

    /** Nothing was sent for longer than a retransmission timeout. */
    void restartAfterIdle();

    /** The SYN was lost or the path's segment size has changed: begin anew with {@code cwnd}. */
    void reset(int mss, int cwnd);

    /** The last loss was none: back to the values before it. */
    void restore(int cwnd, int ssthresh);

    /** Its state, for a connection that moves to another machine. */
    void fields(Fields fields);

    /** The control's name as an operator chooses it. */
    String name();
}
