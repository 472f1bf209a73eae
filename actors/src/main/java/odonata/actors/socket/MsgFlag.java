package odonata.actors.socket;

/** Flags of one send or receive call. */
public enum MsgFlag {
    /** Sends urgent data; receives the urgent byte, which is EINVAL with SO_OOBINLINE: then it is in the stream (RFC 6093). */
    MSG_OOB,
    /** Receives without taking. */
    MSG_PEEK,
    /** Does not wait, as with O_NONBLOCK: EAGAIN. */
    MSG_DONTWAIT,
    /** More follows at once: what is less than a segment may wait. */
    MSG_MORE,
    /** Waits until all that was asked for is there, or nothing more comes. */
    MSG_WAITALL,
    /** Of what was received: the datagram was longer than asked for, and the rest is lost. In a call it means nothing. */
    MSG_TRUNC,
    /** Nothing follows: with the last byte the sending direction is shut down, so that the FIN travels with it. */
    MSG_EOF
}
