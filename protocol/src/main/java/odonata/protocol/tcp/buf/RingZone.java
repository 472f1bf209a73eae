package odonata.protocol.tcp.buf;

/**
 * Arrays that rings have given back, for the next that needs one: what connections send and receive in turn stays in the cache, and is not collected.
 *
 * <p>Thread: one owner, that of the connections. Bounded: {@link #MOST} arrays of each size, sizes powers of two from 512 bytes to 64 KB; what is smaller or
 * larger is made and forgotten.
 */
public final class RingZone {
    private static final int MOST = 16;
    private static final int SMALLEST = 9;
    private static final int LARGEST = 16;

    private final byte[][][] free = new byte[LARGEST - SMALLEST + 1][][];
    private final int[] counts = new int[free.length];

    /** True when arrays of so many bytes, a power of two, are kept here. */
    static boolean keeps(final int bytes) {
        return bytes >= 1 << SMALLEST && bytes <= 1 << LARGEST;
    }

    /** An array of so many bytes, a power of two; what is in it is anything. */
    byte[] take(final int bytes) {
        final int at = Integer.numberOfTrailingZeros(bytes) - SMALLEST;
        if (!keeps(bytes) || counts[at] == 0) {
            return new byte[bytes];
        }
        final byte[] taken = free[at][--counts[at]];
        free[at][counts[at]] = null;
        return taken;
    }

    /** Gives back an array that nobody uses any more. */
    void give(final byte[] array) {
        if (!keeps(array.length)) {
            return;
        }
        final int at = Integer.numberOfTrailingZeros(array.length) - SMALLEST;
        if (free[at] == null) {
            free[at] = new byte[MOST][];
        }
        if (counts[at] < MOST) {
            free[at][counts[at]++] = array;
        }
    }
}
