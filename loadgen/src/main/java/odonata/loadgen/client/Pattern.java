package odonata.loadgen.client;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The bytes that the cluster's servers send as content: that at place {@code i} is {@code i mod 251}. */
final class Pattern {
    private static final int PERIOD = 251;
    private static final byte[] BYTES = new byte[PERIOD * 262];

    /** Most bytes of one {@link #write}. */
    static final int PIECE = BYTES.length - PERIOD;

    static {
        for (int i = 0; i < BYTES.length; i++) {
            BYTES[i] = (byte) (i % PERIOD);
        }
    }

    private Pattern() {}

    /** True when these are the bytes from {@code place} on. */
    static boolean matches(final byte[] data, final int offset, final int length, final long place) {
        int done = 0;
        while (done < length) {
            final int from = (int) ((place + done) % PERIOD);
            final int count = Math.min(length - done, BYTES.length - from);
            if (Arrays.mismatch(data, offset + done, offset + done + count, BYTES, from, from + count) >= 0) {
                return false;
            }
            done += count;
        }
        return true;
    }

    /** Writes {@code length} bytes, at most {@link #PIECE}, from {@code place} on. */
    static void write(final Output out, final long place, final int length) {
        out.write(BYTES, (int) (place % PERIOD), length);
    }

    /** SHA-256 of the first {@code length} bytes, as hexadecimal digits. */
    static String sha256(final long length) {
        try {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (long place = 0; place < length; place += PIECE) {
                digest.update(BYTES, (int) (place % PERIOD), (int) Math.min(PIECE, length - place));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
