package odonata.node.testport;

import java.nio.ByteBuffer;

/**
 * One request: an operation, four numbers, a payload.
 *
 * @param payload little endian, from its first byte on
 */
record Request(int op, long a0, long a1, long a2, long a3, ByteBuffer payload) {
    /** Bytes of a frame without payload. */
    static final int HEADER = 4 + 4 + 4 * Long.BYTES;

    /** Most bytes of a frame. */
    static final int MOST = 1 << 24;

    /** From what follows the length of a frame. */
    static Request of(final ByteBuffer frame) {
        return new Request(
                frame.getInt(),
                frame.getLong(),
                frame.getLong(),
                frame.getLong(),
                frame.getLong(),
                frame.slice().order(frame.order()));
    }

    /** The first number as a descriptor; one that cannot be is none. */
    int fd() {
        return a0 == (int) a0 ? (int) a0 : -1;
    }
}
