package odonata.protocol.tcp.buf;

/** Bytes addressed by their distance from a moving head; the array is a power of two and grows when it must. */
final class Ring {
    private static final byte[] NONE = new byte[0];
    private static final int MIN = 64;
    /** A drained ring keeps an array of this size: an idle connection is small, a busy one does not allocate. */
    private static final int RETAIN = 256;
    /** Each time that it is drained it forgets this power of a half of what it has held. */
    private static final int DECAY = 3;

    private byte[] bytes = NONE;
    private int head;
    /** What it held at most, less what it has lost since: the next array is made for that at once, not doubled step by step. */
    private int most;

    void put(final int at, final byte[] source, final int offset, final int length) {
        most = Math.max(most, at + length);
        grow(at + length);
        final int from = index(at);
        final int first = Math.min(length, bytes.length - from);
        System.arraycopy(source, offset, bytes, from, first);
        System.arraycopy(source, offset + first, bytes, 0, length - first);
    }

    void get(final int at, final byte[] target, final int offset, final int length) {
        if (length == 0) {
            return;
        }
        final int from = index(at);
        final int first = Math.min(length, bytes.length - from);
        System.arraycopy(bytes, from, target, offset, first);
        System.arraycopy(bytes, 0, target, offset + first, length - first);
    }

    void advance(final int count) {
        head = bytes.length == 0 ? 0 : index(count);
    }

    /** Gives back what a drained ring does not need. */
    void drained() {
        head = 0;
        most -= most >> DECAY;
        if (bytes.length > RETAIN) {
            bytes = NONE;
        }
    }

    /** Gives back all that a drained ring holds. */
    void release() {
        head = 0;
        bytes = NONE;
    }

    int capacity() {
        return bytes.length;
    }

    private int index(final int at) {
        return (head + at) & (bytes.length - 1);
    }

    private void grow(final int wanted) {
        if (wanted > bytes.length) {
            final byte[] larger = new byte[Math.max(MIN, Integer.highestOneBit(most - 1) << 1)];
            get(0, larger, 0, bytes.length);
            bytes = larger;
            head = 0;
        }
    }
}
