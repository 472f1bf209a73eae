package odonata.protocol.tcp.buf;

/**
 * What buffers are made of: bytes addressed by their distance from a moving head; the array is a power of two and grows when it must. A buffer is a ring, and does
 * not have one, as a connection that is looked up is rarely in the cache: an object less is a miss less.
 */
abstract class Ring {
    private static final byte[] NONE = new byte[0];
    private static final int MIN = 64;
    /** A drained ring keeps an array of this size: an idle connection is small, a busy one does not allocate. */
    private static final int RETAIN = 256;
    /** Each time that it is drained it forgets this power of a half of what it has held. */
    private static final int DECAY = 3;
    /** An array is too large for what is left when that is no more than a so-manieth of it. */
    private static final int SPARSE = 3;

    private byte[] bytes = NONE;
    private int head;
    /** What it held at most, less what it has lost since: the next array is made for that at once, not doubled step by step. */
    private int most;

    final void put(final RingZone zone, final int at, final byte[] source, final int offset, final int length) {
        most = Math.max(most, at + length);
        if (at + length > bytes.length) {
            move(zone, bytes.length, fitting(most));
        }
        final int from = index(at);
        final int first = Math.min(length, bytes.length - from);
        System.arraycopy(source, offset, bytes, from, first);
        System.arraycopy(source, offset + first, bytes, 0, length - first);
    }

    final void get(final int at, final byte[] target, final int offset, final int length) {
        if (length == 0) {
            return;
        }
        final int from = index(at);
        final int first = Math.min(length, bytes.length - from);
        System.arraycopy(bytes, from, target, offset, first);
        System.arraycopy(bytes, 0, target, offset + first, length - first);
    }

    /** A new array: {@code before} bytes for others, then {@code length} from {@code at}. Made and filled in one place, the compiler does not clear it first. */
    final byte[] slice(final int before, final int at, final int length) {
        if (length == 0) {
            return new byte[before];
        }
        final byte[] source = bytes;
        final int from = index(at);
        final int first = Math.min(length, source.length - from);
        final byte[] copy = new byte[before + length];
        System.arraycopy(source, from, copy, before, first);
        System.arraycopy(source, 0, copy, before + first, length - first);
        return copy;
    }

    /** Forgets {@code count} bytes; {@code left} are left. What waits long, for an acknowledgement that is late, keeps no large array. */
    final void advance(final RingZone zone, final int count, final int left) {
        if (left == 0) {
            drained(zone);
            return;
        }
        head = index(count);
        if (left * SPARSE <= bytes.length && RingZone.keeps(bytes.length)) {
            move(zone, left, fitting(left));
        }
    }

    /** Gives back what a drained ring does not need. */
    final void drained(final RingZone zone) {
        head = 0;
        most -= most >> DECAY;
        if (bytes.length > RETAIN) {
            zone.give(bytes);
            bytes = NONE;
        }
    }

    /** Gives back all that a drained ring holds. */
    final void release() {
        head = 0;
        bytes = NONE;
    }

    /** Bytes of memory behind it. */
    public final int capacity() {
        return bytes.length;
    }

    private int index(final int at) {
        return (head + at) & (bytes.length - 1);
    }

    /** The first {@code held} bytes go to another array. */
    private void move(final RingZone zone, final int held, final int size) {
        final byte[] other = zone.take(size);
        get(0, other, 0, held);
        zone.give(bytes);
        bytes = other;
        head = 0;
    }

    private static int fitting(final int length) {
        return Math.max(MIN, Integer.highestOneBit(length - 1) << 1);
    }
}
