package odonata.protocol.tcp.machine;

/** What the user of a connection is told. */
public enum TcpEvent {
    /** The handshake is over. */
    CONNECTED,
    /** There is more to read. */
    READABLE,
    /** There is room in the send buffer that was not there. */
    WRITABLE,
    /** The peer will send no more; what is in the buffer can still be read. */
    EOF,
    /** Urgent data is announced up to {@link TcpCb#urgentMark}. */
    URGENT,
    /** A passive open in SYN-RECEIVED was reset and listens again. */
    RELISTEN,
    /** The connection is gone; {@link TcpCb#error} says why, OK when it ended as wanted. Nothing follows. */
    CLOSED
}
