package odonata.protocol.tcp;

/**
 * Comparison of 32-bit sequence numbers modulo 2^32. Meaningful while the two lie less than 2^31 apart.
 * Source: RFC 9293 section 3.4.
 */
public final class TcpSeq {
    private TcpSeq() {}

    /** True when {@code a} comes before {@code b}. */
    public static boolean lt(final int a, final int b) {
        return a - b < 0;
    }

    /** True when {@code a} comes before {@code b} or is the same. */
    public static boolean leq(final int a, final int b) {
        return a - b <= 0;
    }

    /** True when {@code a} comes after {@code b}. */
    public static boolean gt(final int a, final int b) {
        return a - b > 0;
    }

    /** True when {@code a} comes after {@code b} or is the same. */
    public static boolean geq(final int a, final int b) {
        return a - b >= 0;
    }

    /** The later of the two. */
    public static int max(final int a, final int b) {
        return gt(a, b) ? a : b;
    }

    /** The earlier of the two. */
    public static int min(final int a, final int b) {
        return lt(a, b) ? a : b;
    }

    /** Signed distance from {@code b} to {@code a}. */
    public static int diff(final int a, final int b) {
        return a - b;
    }

    /**
     * True when {@code seq} is one of the {@code size} numbers from {@code left} on; {@code size} is {@code 0..2^31-1}.
     */
    public static boolean inWindow(final int seq, final int left, final int size) {
        return Integer.compareUnsigned(seq - left, size) < 0;
    }
}
