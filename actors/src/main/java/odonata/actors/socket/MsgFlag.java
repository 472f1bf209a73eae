package odonata.actors.socket;

/** Flags of one send or receive call. */
public enum MsgFlag {
    /** Sends urgent data. To receive it so is EINVAL: it stays in the stream (RFC 6093). */
    MSG_OOB,
    /** Receives without taking. */
    MSG_PEEK,
    /** Does not wait, as with O_NONBLOCK: EAGAIN. */
    MSG_DONTWAIT,
    /** More follows at once: what is less than a segment may wait. */
    MSG_MORE,
    /** Waits until all that was asked for is there, or nothing more comes. */
    MSG_WAITALL
}
