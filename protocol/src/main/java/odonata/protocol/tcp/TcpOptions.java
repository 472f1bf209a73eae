package odonata.protocol.tcp;

import java.util.Objects;
import odonata.protocol.wire.NetOrder;

/**
 * A walk over the options of a TCP header: {@code while (options.next()) switch (options.kind()) ...}.
 *
 * <pre>
 * kind 0  end of list      1 byte     kind 2  maximum segment size   4   16-bit size
 * kind 1  no operation     1 byte     kind 3  window scale           3   8-bit shift
 * kind 4  SACK permitted   2          kind 8  timestamps            10   32-bit value, 32-bit echo
 * kind 5  SACK             2 + 8n     n blocks of 32-bit left edge, 32-bit right edge
 * </pre>
 *
 * <p>The walk ends at the end-of-list option, at the end of the header, or at the first option whose length cannot be
 * true; then {@link #malformed} is true and what came before still counts. A known option with a length that is not its
 * own is reported as {@link #UNKNOWN}, to be ignored. Padding is skipped. The walk always advances, so it always ends.
 * Source: RFC 9293 section 3.2, RFC 7323 (window scale, timestamps), RFC 2018 (SACK).
 */
public final class TcpOptions {
    public static final int END = 0;
    public static final int NOP = 1;
    public static final int MSS = 2;
    public static final int WINDOW_SCALE = 3;
    public static final int SACK_PERMITTED = 4;
    public static final int SACK = 5;
    public static final int TIMESTAMPS = 8;

    /** Answer of {@link #kind} for a known option of a wrong length. */
    public static final int UNKNOWN = -1;

    /** Largest shift of the window that may be used; larger ones are taken for this one (RFC 7323 section 2.3). */
    public static final int MAX_WINDOW_SCALE = 14;

    private byte[] data = new byte[0];
    private int end;
    private int at;
    private int size;
    private boolean malformed;

    /** Points the walk before the first option of {@code length} bytes from {@code offset}; negative means none. */
    public TcpOptions wrap(final byte[] header, final int offset, final int length) {
        Objects.checkFromIndexSize(offset, Math.max(0, length), header.length);
        data = header;
        end = offset + Math.max(0, length);
        at = offset;
        size = 0;
        malformed = false;
        return this;
    }

    /** Steps to the next option that is not padding; false at the end. */
    public boolean next() {
        at += size;
        size = 0;
        while (at < end && data[at] == NOP) {
            at++;
        }
        if (at >= end || data[at] == END) {
            at = end;
            return false;
        }
        return measure();
    }

    private boolean measure() {
        final int claimed = at + 1 < end ? data[at + 1] & 0xff : 0;
        malformed = claimed < 2 || claimed > end - at;
        if (malformed) {
            at = end;
            return false;
        }
        size = claimed;
        return true;
    }

    /** Kind of the option, {@code 2..255}, or {@link #UNKNOWN}. */
    public int kind() {
        final int kind = data[at] & 0xff;
        return hasLengthOf(kind) ? kind : UNKNOWN;
    }

    private boolean hasLengthOf(final int kind) {
        return switch (kind) {
            case MSS -> size == 4;
            case WINDOW_SCALE -> size == 3;
            case SACK_PERMITTED -> size == 2;
            case SACK -> size > 2 && (size - 2) % 8 == 0;
            case TIMESTAMPS -> size == 10;
            default -> true;
        };
    }

    /** Bytes of the option with kind and length. */
    public int length() {
        return size;
    }

    /** True when the walk ended early because of an impossible length. */
    public boolean malformed() {
        return malformed;
    }

    /** Maximum segment size, when {@link #kind} is {@link #MSS}. */
    public int mss() {
        return NetOrder.getShort(data, at + 2);
    }

    /** Window shift, {@code 0..14}, when {@link #kind} is {@link #WINDOW_SCALE}. */
    public int windowScale() {
        return Math.min(MAX_WINDOW_SCALE, NetOrder.getByte(data, at + 2));
    }

    /** Timestamp of the sender, when {@link #kind} is {@link #TIMESTAMPS}. */
    public int tsVal() {
        return NetOrder.getInt(data, at + 2);
    }

    /** Timestamp that the sender echoes, when {@link #kind} is {@link #TIMESTAMPS}. */
    public int tsEcr() {
        return NetOrder.getInt(data, at + 6);
    }

    /** Number of blocks, {@code 1..4}, when {@link #kind} is {@link #SACK}. */
    public int sackBlocks() {
        return (size - 2) / 8;
    }

    /** First sequence number of block {@code index}. */
    public int sackLeft(final int index) {
        return NetOrder.getInt(data, at + 2 + 8 * index);
    }

    /** Sequence number after the last of block {@code index}. */
    public int sackRight(final int index) {
        return NetOrder.getInt(data, at + 6 + 8 * index);
    }
}
