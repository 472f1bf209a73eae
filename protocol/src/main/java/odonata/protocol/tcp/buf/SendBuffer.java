package odonata.protocol.tcp.buf;

import java.util.Objects;
import odonata.protocol.wire.Fields;

/**
 * Bytes that the user has sent and the peer has not acknowledged, oldest first. Offset 0 is the oldest of them.
 *
 * <p>Thread: one owner. Bounded by its limit; the array follows the contents.
 */
public final class SendBuffer extends Ring {
    private int limit;
    private int length;

    /** An empty buffer for at most {@code limit} bytes. */
    public SendBuffer(final int limit) {
        this.limit = limit;
    }

    /** Most bytes that are taken. */
    public int limit() {
        return limit;
    }

    /** Changes the limit; what is there stays, also above it. */
    public void limit(final int bytes) {
        limit = bytes;
    }

    /** Bytes that are there. */
    public int length() {
        return length;
    }

    /** Bytes that still fit. */
    public int space() {
        return Math.max(0, limit - length);
    }

    /** Takes as many bytes as fit and returns their number. */
    public int append(final RingZone zone, final byte[] data, final int offset, final int count) {
        Objects.checkFromIndexSize(offset, count, data.length);
        final int taken = Math.min(count, space());
        if (taken > 0) {
            put(zone, length, data, offset, taken);
            length += taken;
        }
        return taken;
    }

    /** A new array: {@code before} bytes for others, then {@code count} from offset {@code from}, which must be there. */
    public byte[] copyOf(final int before, final int from, final int count) {
        Objects.checkFromIndexSize(from, count, length);
        return slice(before, from, count);
    }

    /** Forgets the oldest {@code count} bytes, which must be there. */
    public void drop(final RingZone zone, final int count) {
        Objects.checkFromToIndex(0, count, length);
        if (count > 0) {
            length -= count;
            advance(zone, count, length);
        }
    }

    /** All of it, for a connection that moves to another machine; read into an empty one. */
    public void fields(final Fields fields) {
        final byte[] held = copyOf(0, 0, length);
        final byte[] bytes = fields.bytes(held);
        if (fields.isReading() && bytes.length > 0) {
            put(new RingZone(), 0, bytes, 0, bytes.length);
            length = bytes.length;
        }
        limit = fields.int32(limit);
    }

    /** Gives back the memory of an empty buffer. */
    public void trim() {
        if (length == 0) {
            release();
        }
    }

    /** Forgets all. */
    public void clear(final RingZone zone) {
        length = 0;
        drained(zone);
    }
}
