package odonata.protocol.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The fields of an object in a fixed order, little-endian, for one that moves to another machine. One list of calls serves both directions:
 * each writes the value that it is given and returns it, or disregards it and returns what was written.
 *
 * <p>Reading trusts nothing: bytes that are missing or left over are an {@link IllegalArgumentException}.
 */
public final class Fields {
    private static final int FIRST = 512;

    private final boolean reading;
    private final long nowUs;
    private ByteBuffer buffer;

    private Fields(final boolean reading, final ByteBuffer buffer, final long nowUs) {
        this.reading = reading;
        this.nowUs = nowUs;
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes; {@code nowUs} is the clock that times refer to. */
    public static Fields writer(final long nowUs) {
        return new Fields(false, ByteBuffer.allocate(FIRST), nowUs);
    }

    /** Reads what was written, maybe by another clock. */
    public static Fields reader(final byte[] bytes, final long nowUs) {
        return new Fields(true, ByteBuffer.wrap(bytes), nowUs);
    }

    /** True when the values come from the bytes. */
    public boolean isReading() {
        return reading;
    }

    /** What was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /** All has been read. */
    public void end() {
        if (buffer.hasRemaining()) {
            throw new IllegalArgumentException(buffer.remaining() + " bytes left over");
        }
    }

    /** A switch. */
    public boolean flag(final boolean value) {
        need(1);
        if (reading) {
            return buffer.get() != 0;
        }
        buffer.put((byte) (value ? 1 : 0));
        return value;
    }

    /** 32 bits. */
    public int int32(final int value) {
        need(Integer.BYTES);
        if (reading) {
            return buffer.getInt();
        }
        buffer.putInt(value);
        return value;
    }

    /** 64 bits. */
    public long int64(final long value) {
        need(Long.BYTES);
        if (reading) {
            return buffer.getLong();
        }
        buffer.putLong(value);
        return value;
    }

    /** A time in microseconds: by the reader's clock as far away as it was by the writer's. {@link Long#MAX_VALUE} is never. */
    public long timeUs(final long value) {
        final long apart = int64(value == Long.MAX_VALUE ? value : value - nowUs);
        return apart == Long.MAX_VALUE ? apart : apart + nowUs;
    }

    /** Bytes, with their number. */
    public byte[] bytes(final byte[] value) {
        final int length = count(value.length, 1);
        need(length);
        if (reading) {
            final byte[] read = new byte[length];
            buffer.get(read);
            return read;
        }
        buffer.put(value);
        return value;
    }

    /** How many elements follow, each of {@code least} bytes at least; what cannot be there is refused before memory is taken for it. */
    public int count(final int value, final int least) {
        final int count = int32(value);
        if (reading && (count < 0 || count > buffer.remaining() / least)) {
            throw new IllegalArgumentException(count + " elements in " + buffer.remaining() + " bytes");
        }
        return count;
    }

    /** A constant of an enum, whose constants keep their order. */
    @SuppressWarnings("EnumOrdinal") // as everywhere on the wire
    public <E extends Enum<E>> E constant(final E value, final E[] all) {
        final int ordinal = int32(value.ordinal());
        if (ordinal < 0 || ordinal >= all.length) {
            throw new IllegalArgumentException("constant " + ordinal + " of " + all.length);
        }
        return all[ordinal];
    }

    private void need(final int bytes) {
        if (buffer.remaining() >= bytes) {
            return;
        }
        if (reading) {
            throw new IllegalArgumentException(bytes + " bytes wanted, " + buffer.remaining() + " are left");
        }
        final int room = Math.max(2 * buffer.capacity(), buffer.position() + bytes);
        buffer = ByteBuffer.wrap(Arrays.copyOf(buffer.array(), room), buffer.position(), room - buffer.position())
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
