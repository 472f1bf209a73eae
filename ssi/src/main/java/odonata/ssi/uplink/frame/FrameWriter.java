package odonata.ssi.uplink.frame;

import java.util.Optional;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Builds the frames of one source CPU towards one addressee, one after the other, in one buffer.
 *
 * <p>Thread: one. A frame that could not be handed over is kept and may grow until it is; its sequence moves on only with
 * {@link #sent()}.
 */
public final class FrameWriter {
    private final int source;
    private final int cpu;
    private final Optional<FrameSecret.Code> code;
    private final byte[] bytes;
    private final int bodyLimit;
    private final UnsafeBuffer view;
    private final CRC32C crc = new CRC32C();
    private FrameKind kind = FrameKind.DATA;
    private int position = Frame.HEADER;
    private int count;
    private int sealed;
    private long sequence = 1;

    /**
     * An empty writer.
     *
     * @param source member or client id
     * @param cpu CPU id, or {@link Frame#NO_CPU}
     * @param capacity largest frame in bytes, header and MAC included
     */
    public FrameWriter(final int source, final int cpu, final int capacity, final Optional<FrameSecret.Code> code) {
        this.source = source;
        this.cpu = cpu;
        this.code = code;
        this.bytes = new byte[capacity];
        this.bodyLimit = capacity - (code.isPresent() ? FrameSecret.MAC_BYTES : 0);
        this.view = new UnsafeBuffer(bytes);
    }

    /** Starts a frame of another kind; the writer is empty. */
    public void begin(final FrameKind next) {
        if (count != 0) {
            throw new IllegalStateException("a frame of " + count + " entries waits");
        }
        kind = next;
    }

    /** Most bytes that the body of one frame can hold. */
    public int bodyCapacity() {
        return bodyLimit - Frame.HEADER;
    }

    /** True when an entry of {@code length} bytes still fits. */
    public boolean fits(final int length) {
        return length <= bodyLimit - position && count < Frame.MAX_COUNT;
    }

    /** True when there is nothing to send. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Entries in the frame. */
    public int count() {
        return count;
    }

    /** Kind of the frame that is being built. */
    public FrameKind kind() {
        return kind;
    }

    /** The array in which the caller writes the next entry, at {@link #position()}. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the next entry begins. */
    public int position() {
        return position;
    }

    /** Takes over an entry that the caller has written at {@link #position()}. */
    public void added(final int length) {
        if (!fits(length)) {
            throw new IllegalArgumentException("entry of " + length + " bytes at " + position + " of " + bodyLimit);
        }
        position += length;
        count++;
        sealed = 0;
    }

    /** Completes header, checksum or MAC; returns the length of the frame, which begins at 0 of {@link #view()}. */
    public int seal() {
        if (sealed > 0) {
            return sealed;
        }
        final int length = position + bytes.length - bodyLimit;
        Bytes.putShort(bytes, Frame.MAGIC_AT, Frame.MAGIC);
        bytes[Frame.VERSION_AT] = Frame.VERSION;
        bytes[Frame.KIND_AT] = (byte) kind.number();
        Bytes.putShort(bytes, Frame.FLAGS_AT, code.isPresent() ? Frame.AUTHENTICATED : 0);
        Bytes.putShort(bytes, Frame.COUNT_AT, count);
        Bytes.putInt(bytes, Frame.LENGTH_AT, length);
        Bytes.putInt(bytes, Frame.CHECKSUM_AT, 0);
        Bytes.putInt(bytes, Frame.SOURCE_AT, source);
        Bytes.putInt(bytes, Frame.CPU_AT, cpu);
        Bytes.putLong(bytes, Frame.SEQUENCE_AT, sequence);
        if (code.isPresent()) {
            code.get().write(bytes, position);
        } else {
            crc.reset();
            crc.update(bytes, 0, position);
            Bytes.putInt(bytes, Frame.CHECKSUM_AT, (int) crc.getValue());
        }
        sealed = length;
        return length;
    }

    /** The buffer as Aeron wants it. */
    public DirectBuffer view() {
        return view;
    }

    /** The frame is on its way: empties the writer and moves to the next sequence. */
    public void sent() {
        sequence++;
        discard();
    }

    /** Forgets the entries; nobody will get them. */
    public void discard() {
        position = Frame.HEADER;
        count = 0;
        sealed = 0;
        kind = FrameKind.DATA;
    }
}
