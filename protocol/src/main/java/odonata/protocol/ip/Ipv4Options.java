package odonata.protocol.ip;

import java.util.Objects;

/**
 * A walk over the options of an IPv4 header: {@code while (options.next()) ...}.
 *
 * <p>The walk ends at the end-of-list option, at the end of the header, or at the first option whose length cannot be
 * true; then {@link #malformed} is true. It always advances, so it always ends. Source: RFC 791 section 3.1.
 */
public final class Ipv4Options {
    public static final int END = 0;
    public static final int NOP = 1;
    public static final int RECORD_ROUTE = 7;
    public static final int TIMESTAMP = 68;
    public static final int LOOSE_SOURCE_ROUTE = 131;
    public static final int STRICT_SOURCE_ROUTE = 137;
    public static final int ROUTER_ALERT = 148;

    private byte[] data = new byte[0];
    private int end;
    private int at;
    private int size;
    private boolean malformed;

    /** Points the walk before the first option of the {@code length} bytes from {@code offset}; negative means none. */
    Ipv4Options wrap(final byte[] packet, final int offset, final int length) {
        Objects.checkFromIndexSize(offset, Math.max(0, length), packet.length);
        data = packet;
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

    /** Type octet of the option: copied flag, class and number. */
    public int type() {
        return data[at] & 0xff;
    }

    /** Bytes of the option with type and length. */
    public int length() {
        return size;
    }

    /** Index of the option's type octet in the packet's array. */
    public int offset() {
        return at;
    }

    /** True when the walk ended early because of an impossible length. */
    public boolean malformed() {
        return malformed;
    }
}
