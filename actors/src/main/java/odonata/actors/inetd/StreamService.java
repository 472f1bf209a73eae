package odonata.actors.inetd;

import odonata.actors.proc.UserTd;

/** What a {@link StreamServer} does with its connections. */
public interface StreamService {

    /**
     * A connection has come.
     *
     * @param td the process that serves it: its clock, its messages, its timers
     * @param changed to be called, in that process, when what the talk wants has changed by anything but the calls of {@link Talk}
     */
    Talk begin(UserTd td, Runnable changed);

    /** One connection: bytes in, bytes out. */
    interface Talk {
        /** True when it would take bytes now; while it would not, the peer is slowed down by its window. */
        boolean wantsInput();

        /** Bytes have come. */
        void received(byte[] bytes);

        /** The peer will send no more. */
        void ended();

        /** What it has to send now; not to be changed until {@link #sent}. None: nothing. */
        byte[] output();

        /** Whether more output follows that one at once, so that its last bytes may wait for that (MSG_MORE). */
        default boolean moreFollows() {
            return false;
        }

        /** Whether nothing at all follows that one, so that the end of the stream may go with its last bytes (MSG_EOF). */
        default boolean isLast() {
            return false;
        }

        /** The first {@code count} bytes of it have been sent. */
        void sent(int count);

        /** The server ends: what is under way is answered, then the connection is to be over; may be said again. By default it goes on. */
        default void finish() {}

        /** True when the connection is to be closed. */
        boolean isOver();

        /** The connection is gone; nothing else is called after this. */
        default void closed() {}
    }
}
