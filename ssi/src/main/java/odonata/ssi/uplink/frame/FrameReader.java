package odonata.ssi.uplink.frame;

import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Looks at a received frame, in an array that only the reader's thread writes: what is checked stays checked.
 *
 * <p>Two steps, because the key of the second depends on the first: {@link #header} says from whom the frame claims to be,
 * {@link #verify} whether that is true. Only then the other fields may be used.
 */
public final class FrameReader {
    private final CRC32C crc = new CRC32C();
    private byte[] bytes = new byte[0];
    private int length;

    /** First step: shape and version. */
    public FrameFault header(final byte[] frame, final int frameLength) {
        bytes = frame;
        length = frameLength;
        if (frameLength < Frame.HEADER || frameLength > frame.length) {
            return FrameFault.SHORT;
        }
        if (Bytes.getUShort(bytes, Frame.MAGIC_AT) != Frame.MAGIC) {
            return FrameFault.MAGIC;
        }
        if (bytes[Frame.VERSION_AT] != Frame.VERSION) {
            return FrameFault.VERSION;
        }
        if (Bytes.getInt(bytes, Frame.LENGTH_AT) != frameLength) {
            return FrameFault.LENGTH;
        }
        if (FrameKind.unknown(bytes[Frame.KIND_AT])) {
            return FrameFault.KIND;
        }
        return FrameFault.NONE;
    }

    /** Second step: checksum, or the code when there is one to check with. */
    public FrameFault verify(final Optional<FrameSecret.Code> code) {
        final boolean authenticated = Bytes.getUShort(bytes, Frame.FLAGS_AT) == Frame.AUTHENTICATED;
        if (authenticated != code.isPresent()) {
            return FrameFault.MAC;
        }
        if (code.isPresent()) {
            if (length < Frame.HEADER + FrameSecret.MAC_BYTES) {
                return FrameFault.SHORT;
            }
            length -= FrameSecret.MAC_BYTES;
            return code.get().matches(bytes, length) ? FrameFault.NONE : FrameFault.MAC;
        }
        final int claimed = Bytes.getInt(bytes, Frame.CHECKSUM_AT);
        Bytes.putInt(bytes, Frame.CHECKSUM_AT, 0);
        crc.reset();
        crc.update(bytes, 0, length);
        return (int) crc.getValue() == claimed ? FrameFault.NONE : FrameFault.CHECKSUM;
    }

    /** What the frame carries. */
    public FrameKind kind() {
        return FrameKind.of(bytes[Frame.KIND_AT]);
    }

    /** Entries that the sender says it wrote. */
    public int count() {
        return Bytes.getUShort(bytes, Frame.COUNT_AT);
    }

    /** Member or client. */
    public int source() {
        return Bytes.getInt(bytes, Frame.SOURCE_AT);
    }

    /** CPU of the source, or {@link Frame#NO_CPU}. */
    public int cpu() {
        return Bytes.getInt(bytes, Frame.CPU_AT);
    }

    /** Number of the frame among those of its source CPU. */
    public long sequence() {
        return Bytes.getLong(bytes, Frame.SEQUENCE_AT);
    }

    /** The array. */
    public byte[] bytes() {
        return bytes;
    }

    /** Index behind the body. */
    public int bodyEnd() {
        return length;
    }

    /** Length of the body. */
    public int bodyLength() {
        return length - Frame.HEADER;
    }
}
