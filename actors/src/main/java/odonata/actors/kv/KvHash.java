package odonata.actors.kv;

import odonata.protocol.flow.BucketMap;

/**
 * The bucket of a key: the low bits of CRC-16/XMODEM, the hash of Redis Cluster. Of a key with braces only what is between the first opening
 * and the next closing one counts, unless that is nothing: so a user puts keys together. The same on all members, for ever.
 */
final class KvHash {
    private static final int POLYNOMIAL = 0x1021;
    private static final int[] TABLE = new int[256];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
            }
            TABLE[i] = crc & 0xffff;
        }
    }

    private KvHash() {}

    /** {@code 0..}{@link BucketMap#BUCKETS}{@code -1}. */
    static int bucketOf(final byte[] key) {
        int from = 0;
        int to = key.length;
        final int open = indexOf(key, '{', 0);
        if (open >= 0) {
            final int close = indexOf(key, '}', open + 1);
            if (close > open + 1) {
                from = open + 1;
                to = close;
            }
        }
        return crc16(key, from, to) % BucketMap.BUCKETS;
    }

    private static int indexOf(final byte[] key, final char wanted, final int from) {
        for (int i = from; i < key.length; i++) {
            if (key[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** Of {@code bytes[from..to-1]}. */
    static int crc16(final byte[] bytes, final int from, final int to) {
        int crc = 0;
        for (int i = from; i < to; i++) {
            crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >> 8) ^ (bytes[i] & 0xff)];
        }
        return crc;
    }
}
