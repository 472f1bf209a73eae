package odonata.protocol.flow;

/**
 * The Toeplitz hash of receive-side scaling with the key 0x6d5a repeated, which makes it symmetric.
 *
 * <p>Because that key has a period of 16 bits, the hash depends only on the exclusive or {@code F} of all 16-bit words
 * of the input: it is the exclusive or of {@code rotateLeft16(0x6d5a, i)} over the set bits {@code i} of {@code F},
 * counted from the most significant. So a table over one byte of {@code F} is enough. Range {@code 0..65535}.
 * Source: {@code sys/net/toeplitz.c}; the definition is that of network cards.
 */
public final class ToeplitzHash implements FlowHash {
    /** The repeated 16 bits of the key. */
    public static final int KEY = 0x6d5a;

    private static final char[] HIGH_BYTE = table();

    /** Hash of the two addresses alone, as later kernels use for UDP, fragments of which carry no ports. */
    public static int addressOnly(final int src, final int dst) {
        return ofFolded(src ^ dst);
    }

    @Override
    public int hash(final int src, final int sport, final int dst, final int dport) {
        return ofFolded(src ^ dst ^ sport ^ dport);
    }

    @Override
    public String name() {
        return "toeplitz";
    }

    private static int ofFolded(final int word) {
        final int f = ((word >>> 16) ^ word) & 0xffff;
        return HIGH_BYTE[f >>> 8] ^ rotateLeft16(HIGH_BYTE[f & 0xff], 8);
    }

    private static char[] table() {
        final char[] table = new char[256];
        for (int octet = 0; octet < table.length; octet++) {
            int h = 0;
            for (int bit = 0; bit < 8; bit++) {
                h ^= (octet & (0x80 >>> bit)) != 0 ? rotateLeft16(KEY, bit) : 0;
            }
            table[octet] = (char) h;
        }
        return table;
    }

    private static int rotateLeft16(final int value, final int distance) {
        return ((value << distance) | (value >>> (16 - distance))) & 0xffff;
    }
}
