package odonata.protocol.tcp;

import odonata.protocol.wire.NetOrder;

/**
 * Writes the options of one TCP header, at most 40 bytes, each aligned to 32 bits by leading no-operations as senders
 * do.
 *
 * <p>Thread: one owner, reusable after {@link #clear}. An option that does not fit any more is refused with
 * {@link IllegalStateException}: the caller must ask {@link #room} before it adds SACK blocks.
 */
public final class TcpOptionsWriter {
    private static final int MAX = TcpHeader.MAX_LENGTH - TcpHeader.MIN_LENGTH;
    private static final int SACK_HEADER = 4;
    private static final int SACK_BLOCK = 8;

    private final byte[] bytes = new byte[MAX];
    private int at;

    /** Forgets what was written. */
    public TcpOptionsWriter clear() {
        at = 0;
        return this;
    }

    /** Bytes written, always a multiple of 4. */
    public int length() {
        return at;
    }

    /** Bytes that are left. */
    public int room() {
        return MAX - at;
    }

    /** SACK blocks for which there is room, {@code 0..4}. */
    public int sackRoom() {
        return Math.max(0, (room() - SACK_HEADER) / SACK_BLOCK);
    }

    /** Adds the maximum segment size, bytes, {@code 0..65535}. */
    public TcpOptionsWriter mss(final int mss) {
        final int p = reserve(4);
        head(p, TcpOptions.MSS, 4);
        NetOrder.putShort(bytes, p + 2, mss);
        return this;
    }

    /** Adds the window shift, {@code 0..14}. */
    public TcpOptionsWriter windowScale(final int shift) {
        final int p = reserve(4) + 1;
        bytes[p - 1] = TcpOptions.NOP;
        head(p, TcpOptions.WINDOW_SCALE, 3);
        bytes[p + 2] = (byte) shift;
        return this;
    }

    /** Adds the permission to send selective acknowledgments. */
    public TcpOptionsWriter sackPermitted() {
        head(padded(4), TcpOptions.SACK_PERMITTED, 2);
        return this;
    }

    /** Adds timestamps. */
    public TcpOptionsWriter timestamps(final int value, final int echo) {
        final int p = padded(12);
        head(p, TcpOptions.TIMESTAMPS, 10);
        NetOrder.putInt(bytes, p + 2, value);
        NetOrder.putInt(bytes, p + 6, echo);
        return this;
    }

    /** Adds blocks; {@code edges} holds left and right edge of each in turn, in the order to be reported. */
    public TcpOptionsWriter sack(final int... edges) {
        if (edges.length == 0 || edges.length % 2 != 0) {
            throw new IllegalArgumentException("edges=" + edges.length + " want pairs");
        }
        final int p = padded(SACK_HEADER + 4 * edges.length);
        head(p, TcpOptions.SACK, 2 + 4 * edges.length);
        for (int i = 0; i < edges.length; i++) {
            NetOrder.putInt(bytes, p + 2 + 4 * i, edges[i]);
        }
        return this;
    }

    /** Copies what was written to {@code target} from {@code offset} and returns its length. */
    public int copyTo(final byte[] target, final int offset) {
        System.arraycopy(bytes, 0, target, offset, at);
        return at;
    }

    private int padded(final int size) {
        final int p = reserve(size);
        bytes[p] = TcpOptions.NOP;
        bytes[p + 1] = TcpOptions.NOP;
        return p + 2;
    }

    private int reserve(final int size) {
        if (size > room()) {
            throw new IllegalStateException("option needs " + size + " bytes, room=" + room());
        }
        at += size;
        return at - size;
    }

    private void head(final int index, final int kind, final int size) {
        bytes[index] = (byte) kind;
        bytes[index + 1] = (byte) size;
    }
}
