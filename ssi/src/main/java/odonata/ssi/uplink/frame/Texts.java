package odonata.ssi.uplink.frame;

import java.nio.charset.StandardCharsets;

/** Texts in the body of a frame, one behind the other: a length byte and so many ASCII characters. */
public final class Texts {
    /** Most characters of one. */
    public static final int MAX_LENGTH = 255;

    private final byte[] b;
    private final int end;
    private int at;

    /** Reads what begins at {@code at} and must end at {@code end}; fails with {@code IllegalArgumentException} where it is malformed. */
    public Texts(final byte[] b, final int at, final int end) {
        this.b = b;
        this.at = at;
        this.end = end;
    }

    /** Writes one; returns the bytes that it takes. */
    public static int write(final byte[] b, final int at, final String text) {
        final byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        if (ascii.length > MAX_LENGTH) {
            throw new IllegalArgumentException("text of " + ascii.length + " bytes");
        }
        b[at] = (byte) ascii.length;
        System.arraycopy(ascii, 0, b, at + 1, ascii.length);
        return 1 + ascii.length;
    }

    /** The next one. */
    public String next() {
        final int length = at < end ? b[at] & 0xff : end;
        if (at + 1 + length > end) {
            throw new IllegalArgumentException("text of " + length + " bytes");
        }
        final String text = new String(b, at + 1, length, StandardCharsets.US_ASCII);
        at += 1 + length;
        return text;
    }

    /** There must be nothing behind the last one. */
    public void end() {
        if (at != end) {
            throw new IllegalArgumentException(end - at + " bytes are left over");
        }
    }
}
