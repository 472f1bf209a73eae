package odonata.protocol.tcp.machine;

/** The deadlines of a connection (RFC 9293 section 3.10.8); those due at the same time run in this order. */
public enum TcpTimer {
    /** A delayed acknowledgment must go. */
    DELACK,
    /** The oldest unacknowledged segment must be sent again. */
    REXMT,
    /** A closed window must be probed. */
    PERSIST,
    /** Before the handshake's end: give up. After it: a keep-alive probe. */
    KEEP,
    /** TIME-WAIT is over, or FIN-WAIT-2 of a closed socket has lasted too long. */
    MSL2;

    /** No deadline. */
    public static final long NEVER = Long.MAX_VALUE;

    static final int COUNT = values().length;
}
