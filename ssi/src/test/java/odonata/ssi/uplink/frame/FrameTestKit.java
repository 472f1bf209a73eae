package odonata.ssi.uplink.frame;

import java.util.zip.CRC32C;

/** Lets tests forge frames. */
public final class FrameTestKit {
    private FrameTestKit() {}

    /** Sets the sequence and makes the checksum right. */
    public static void reseal(final byte[] frame, final long sequence) {
        Bytes.putLong(frame, Frame.SEQUENCE_AT, sequence);
        Bytes.putInt(frame, Frame.CHECKSUM_AT, 0);
        final CRC32C crc = new CRC32C();
        crc.update(frame, 0, frame.length);
        Bytes.putInt(frame, Frame.CHECKSUM_AT, (int) crc.getValue());
    }

    /** As a sender does. */
    public static void write(final FrameSecret.Code code, final byte[] bytes, final int length) {
        code.write(bytes, length);
    }

    /** As a receiver does. */
    public static boolean matches(final FrameSecret.Code code, final byte[] bytes, final int length) {
        return code.matches(bytes, length);
    }
}
