package odonata.node.testport;

import java.nio.ByteBuffer;
import odonata.protocol.errno.NetError;

/**
 * One reply, but for its time.
 *
 * @param ret what the call returns; -1 with an error
 * @param errno of Linux
 */
@SuppressWarnings("ArrayRecordComponent") // written out, not compared
record Answer(int ret, int errno, byte[] payload) {
    private static final int HEADER = 4 + 4 + 4 + Long.BYTES;
    private static final byte[] NOTHING = {};

    static Answer of(final long ret) {
        return new Answer((int) ret, 0, NOTHING);
    }

    static Answer of(final long ret, final byte... payload) {
        return new Answer((int) ret, 0, payload);
    }

    static Answer failed(final NetError error) {
        return new Answer(-1, Linux.errno(error), NOTHING);
    }

    /** The frame. */
    ByteBuffer frame(final long timeUs) {
        final int length = HEADER + payload.length;
        return Linux.buffer(length)
                .putInt(length)
                .putInt(ret)
                .putInt(errno)
                .putLong(timeUs)
                .put(payload)
                .flip();
    }
}
