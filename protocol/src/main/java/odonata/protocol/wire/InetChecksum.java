package odonata.protocol.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The Internet checksum: the complement of the ones' complement sum of 16-bit big-endian words.
 *
 * <p>A <em>sum</em> here is a non-negative {@code long} that has not been folded yet; sums of ranges that each start
 * at an even distance from the first may be added with {@code +}. An odd last byte counts as the high half of a word
 * whose low half is zero. A <em>checksum</em> is the folded, complemented 16-bit value as it stands in a header.
 * Source: RFC 1071, RFC 1624 (incremental update).
 */
public final class InetChecksum {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long LOW_32 = 0xffff_ffffL;

    private InetChecksum() {}

    /** Sum of {@code length} bytes from {@code offset}. */
    public static long sum(final byte[] data, final int offset, final int length) {
        Objects.checkFromIndexSize(offset, length, data.length);
        final int end = offset + length;
        long sum = 0;
        int i = offset;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            final long eight = (long) LONG.get(data, i);
            sum += (eight >>> 32) + (eight & LOW_32);
        }
        return sum + sumTail(data, i, end);
    }

    private static long sumTail(final byte[] data, final int start, final int end) {
        long sum = 0;
        int i = start;
        for (; i < end - 1; i += 2) {
            sum += NetOrder.getShort(data, i);
        }
        return i < end ? sum + ((data[i] & 0xffL) << 8) : sum;
    }

    /**
     * Sum of two adjacent ranges, the first of which may have an odd length: then every byte of the second stands in
     * the other half of its word.
     */
    public static long join(final long first, final int firstLength, final long second) {
        return (firstLength & 1) == 0 ? first + second : first + swap(fold(second));
    }

    private static int swap(final int word) {
        return ((word & 0xff) << 8) | (word >>> 8);
    }

    /**
     * Sum of the pseudo header that TCP and UDP put before their own header.
     *
     * @param src source address, first octet in the high byte
     * @param dst destination address
     * @param proto IP protocol number
     * @param length bytes of transport header and payload, {@code 0..65535}
     */
    public static long pseudoHeader(final int src, final int dst, final int proto, final int length) {
        return (src & LOW_32) + (dst & LOW_32) + proto + length;
    }

    /** Adds the carries of {@code sum} back in until 16 bits are left. */
    public static int fold(final long sum) {
        long s = (sum >>> 32) + (sum & LOW_32);
        s = (s >>> 32) + (s & LOW_32);
        s = (s >>> 16) + (s & 0xffff);
        s = (s >>> 16) + (s & 0xffff);
        return (int) ((s >>> 16) + (s & 0xffff));
    }

    /** Checksum for the header field, which must have been zero or left out when {@code sum} was taken. */
    public static int finish(final long sum) {
        return ~fold(sum) & 0xffff;
    }

    /** Checksum of one range. */
    public static int of(final byte[] data, final int offset, final int length) {
        return finish(sum(data, offset, length));
    }

    /** True when a sum that included the checksum field shows no error. */
    public static boolean verifies(final long sum) {
        return fold(sum) == 0xffff;
    }

    /** The checksum after one 16-bit word that it covers changed from {@code before} to {@code after}. */
    public static int updateShort(final int checksum, final int before, final int after) {
        return finish((~checksum & 0xffffL) + (~before & 0xffffL) + (after & 0xffffL));
    }

    /** The checksum after one 32-bit field at an even offset changed from {@code before} to {@code after}. */
    public static int updateInt(final int checksum, final int before, final int after) {
        return finish((~checksum & 0xffffL) + (~before & LOW_32) + (after & LOW_32));
    }
}
