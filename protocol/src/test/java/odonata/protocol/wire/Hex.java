package odonata.protocol.wire;

import java.util.HexFormat;

/** Golden bytes in tests. */
public final class Hex {
    private Hex() {}

    /** Bytes of hexadecimal digits; blanks between them are for the reader. */
    public static byte[] bytes(final String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    /** Digits of bytes. */
    public static String digits(final byte... bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
