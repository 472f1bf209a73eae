package odonata.protocol.tcp.buf;

import java.util.Arrays;
import java.util.Objects;
import odonata.protocol.wire.Fields;

/**
 * Bytes received in order and not yet read, and behind them the reassembly queue: text that came before its time.
 *
 * <p>Offsets of the queue count from the next byte expected (RCV.NXT). Both parts share one limit, so whatever a peer sends
 * costs no more than that, and at most {@link #MAX_RANGES} separate pieces are kept. Where segments overlap, the byte
 * that came first stays. Thread: one owner.
 */
public final class ReceiveBuffer extends Ring {
    /** Separate pieces that the reassembly queue keeps; a segment that would be one more is refused. */
    public static final int MAX_RANGES = 64;

    private static final int[] NONE = new int[0];

    private int limit;
    private int available;
    /** Left and right edge of each piece in turn, most recently changed first; disjoint, not adjacent. */
    private int[] edges = NONE;

    private int ranges;

    /** An empty buffer for at most {@code limit} bytes. */
    public ReceiveBuffer(final int limit) {
        this.limit = limit;
    }

    /** Most bytes that are kept. */
    public int limit() {
        return limit;
    }

    /** Changes the limit; what is there stays, also above it. */
    public void limit(final int bytes) {
        limit = bytes;
    }

    /** Bytes that can be read. */
    public int available() {
        return available;
    }

    /** Bytes from the next one expected that would be kept. */
    public int space() {
        return Math.max(0, limit - available);
    }

    /** Pieces in the reassembly queue. */
    public int ranges() {
        return ranges;
    }

    /** First offset of piece {@code index}; index 0 changed last. */
    public int left(final int index) {
        return edges[2 * index];
    }

    /** Offset after piece {@code index}. */
    public int right(final int index) {
        return edges[2 * index + 1];
    }

    /** Index of the first piece, in order of sequence, of which {@code from..to} has a part; -1: all of it is new. */
    public int firstKnown(final int from, final int to) {
        int first = -1;
        for (int i = 0; i < ranges; i++) {
            if (left(i) < to && from < right(i) && (first < 0 || left(i) < left(first))) {
                first = i;
            }
        }
        return first;
    }

    /**
     * Takes text.
     *
     * @param zone of this thread
     * @param at its offset from the next byte expected, not negative
     * @return by how many bytes the text in order has grown; 0 while there is a gap before it, or when nothing fits
     */
    public int insert(final RingZone zone, final int at, final byte[] data, final int offset, final int count) {
        Objects.checkFromIndexSize(offset, count, data.length);
        final int end = (int) Math.min((long) at + count, space());
        if (end <= at || (at > 0 && !hasRoomFor(at, end))) {
            return 0;
        }
        if (at == 0 && ranges == 0) {
            put(zone, available, data, offset, end);
            available += end;
            return end;
        }
        fillGaps(zone, at, end, data, offset);
        addRange(at, end);
        return left(0) == 0 ? takeFirst() : 0;
    }

    private boolean hasRoomFor(final int from, final int to) {
        if (ranges < MAX_RANGES) {
            return true;
        }
        for (int i = 0; i < ranges; i++) {
            if (left(i) <= to && from <= right(i)) {
                return true;
            }
        }
        return false;
    }

    private void fillGaps(final RingZone zone, final int from, final int to, final byte[] data, final int offset) {
        int at = from;
        while (at < to) {
            int end = to;
            int covered = at;
            for (int i = 0; i < ranges; i++) {
                if (left(i) <= at) {
                    covered = Math.max(covered, right(i));
                } else {
                    end = Math.min(end, left(i));
                }
            }
            if (covered > at) {
                at = covered;
            } else {
                put(zone, available + at, data, offset + at - from, end - at);
                at = end;
            }
        }
    }

    private void addRange(final int from, final int to) {
        int left = from;
        int right = to;
        int kept = 0;
        for (int i = 0; i < ranges; i++) {
            if (left(i) <= to && from <= right(i)) {
                left = Math.min(left, left(i));
                right = Math.max(right, right(i));
            } else {
                set(kept++, left(i), right(i));
            }
        }
        if (2 * kept + 2 > edges.length) {
            edges = Arrays.copyOf(edges, Math.max(8, 2 * edges.length));
        }
        System.arraycopy(edges, 0, edges, 2, 2 * kept);
        set(0, left, right);
        ranges = kept + 1;
    }

    /** Moves the piece in front, which begins at the next byte expected, to the text in order. */
    private int takeFirst() {
        final int grown = right(0);
        available += grown;
        ranges--;
        for (int i = 0; i < ranges; i++) {
            set(i, left(i + 1) - grown, right(i + 1) - grown);
        }
        if (ranges == 0) {
            edges = NONE;
        }
        return grown;
    }

    private void set(final int index, final int left, final int right) {
        edges[2 * index] = left;
        edges[2 * index + 1] = right;
    }

    /** Up to {@code count} bytes in order, which stay. */
    public byte[] peek(final int count) {
        return slice(0, 0, Math.min(count, available));
    }

    /** Up to {@code count} bytes in order, which are taken. */
    public byte[] read(final RingZone zone, final int count) {
        final byte[] taken = peek(count);
        if (taken.length > 0) {
            available -= taken.length;
            advance(zone, taken.length, held());
        }
        return taken;
    }

    /** Bytes up to the end of the last piece, with the gaps between. */
    private int held() {
        int end = 0;
        for (int i = 0; i < ranges; i++) {
            end = Math.max(end, right(i));
        }
        return available + end;
    }

    /** All of it, the reassembly queue too, for a connection that moves to another machine; read into an empty one. */
    public void fields(final Fields fields) {
        available = piece(fields, 0, available);
        ranges = fields.count(ranges, 2 * Integer.BYTES);
        if (ranges > MAX_RANGES) {
            throw new IllegalArgumentException(ranges + " pieces");
        }
        if (fields.isReading() && ranges > 0) {
            edges = new int[2 * ranges];
        }
        for (int i = 0; i < ranges; i++) {
            final int left = fields.int32(left(i));
            final int length = right(i) - left;
            if (left < 0 || left > 1 << 30) {
                throw new IllegalArgumentException("a piece at " + left);
            }
            set(i, left, left + piece(fields, available + left, length));
        }
        limit = fields.int32(limit);
    }

    private int piece(final Fields fields, final int at, final int length) {
        final byte[] held = slice(0, at, fields.isReading() ? 0 : length);
        final byte[] bytes = fields.bytes(held);
        if (fields.isReading() && bytes.length > 0) {
            put(new RingZone(), at, bytes, 0, bytes.length);
        }
        return bytes.length;
    }

    /** Gives back the memory of an empty buffer. */
    public void trim() {
        if (available == 0 && ranges == 0) {
            release();
        }
    }

    /** Forgets all, also the reassembly queue. */
    public void clear(final RingZone zone) {
        available = 0;
        ranges = 0;
        edges = NONE;
        drained(zone);
    }
}
