package odonata.protocol.icmp;

import java.util.Objects;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.NetOrder;

/**
 * A movable view of an ICMP message. It owns no bytes and allocates nothing.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |     type      |     code      |           checksum            |  0
 * +---------------+---------------+-------------------------------+
 * |  echo: identifier, sequence number; too big: 0, next-hop MTU  |  4
 * +---------------------------------------------------------------+
 * |  echo: data; error: IP header and first 8 bytes of the cause  |  8
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Source: RFC 792, RFC 1191 (next-hop MTU).
 */
public final class IcmpHeader {
    /** Bytes of the header. */
    public static final int LENGTH = 8;

    public static final int ECHO_REPLY = 0;
    public static final int UNREACHABLE = 3;
    public static final int SOURCE_QUENCH = 4;
    public static final int REDIRECT = 5;
    public static final int ECHO_REQUEST = 8;
    public static final int TIME_EXCEEDED = 11;
    public static final int PARAMETER_PROBLEM = 12;
    public static final int MASK_REQUEST = 17;
    public static final int MASK_REPLY = 18;

    /** Code of {@link #UNREACHABLE}: no route to the network. */
    public static final int NET_UNREACHABLE = 0;

    /** Code of {@link #UNREACHABLE}: the host does not answer. */
    public static final int HOST_UNREACHABLE = 1;

    /** Code of {@link #UNREACHABLE}: nobody takes that protocol. */
    public static final int PROTOCOL_UNREACHABLE = 2;

    /** Code of {@link #UNREACHABLE}: nobody listens on that port. */
    public static final int PORT_UNREACHABLE = 3;

    /** Code of {@link #UNREACHABLE}: too big for the next link, and DF is set. */
    public static final int FRAGMENTATION_NEEDED = 4;

    /** Code of {@link #UNREACHABLE}: a source route that is not followed. */
    public static final int SOURCE_ROUTE_FAILED = 5;

    /** Code of {@link #TIME_EXCEEDED}: fragments did not come in time. */
    public static final int REASSEMBLY_TIME = 1;

    private static final int CODE = 1;
    private static final int CHECKSUM = 2;
    private static final int IDENT = 4;
    private static final int SEQ = 6;

    private byte[] data = new byte[LENGTH];
    private int offset;
    private int length = LENGTH;

    /**
     * Points this view at a message.
     *
     * @param message array that holds it
     * @param messageOffset index of the header's first byte
     * @param messageLength bytes of header and body, at least {@link #LENGTH}
     * @return this
     * @throws IndexOutOfBoundsException when the window is not inside the array
     * @throws IllegalArgumentException when it is shorter than the header
     */
    public IcmpHeader wrap(final byte[] message, final int messageOffset, final int messageLength) {
        Objects.checkFromIndexSize(messageOffset, messageLength, message.length);
        if (messageLength < LENGTH) {
            throw new IllegalArgumentException("length=" + messageLength + " want at least " + LENGTH);
        }
        data = message;
        offset = messageOffset;
        length = messageLength;
        return this;
    }

    /** Points this view at the payload of {@code ip}, whose lengths must have been checked. */
    public IcmpHeader wrap(final Ipv4Header ip) {
        return wrap(ip.data(), ip.payloadOffset(), ip.payloadLength());
    }

    /** True for the types that report an error, about which no error may be reported in turn. */
    public static boolean isError(final int type) {
        return switch (type) {
            case UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM -> true;
            default -> false;
        };
    }

    /** Array of the message. */
    public byte[] data() {
        return data;
    }

    /** Bytes of header and body. */
    public int length() {
        return length;
    }

    /** Type of the message. */
    public int type() {
        return NetOrder.getByte(data, offset);
    }

    /** Code within the type. */
    public int code() {
        return NetOrder.getByte(data, offset + CODE);
    }

    /** Checksum as it stands in the message. */
    public int checksum() {
        return NetOrder.getShort(data, offset + CHECKSUM);
    }

    /** Identifier of an echo. */
    public int ident() {
        return NetOrder.getShort(data, offset + IDENT);
    }

    /** Sequence number of an echo; next-hop MTU of "fragmentation needed". */
    public int seq() {
        return NetOrder.getShort(data, offset + SEQ);
    }

    /** Index of the first byte after the header in {@link #data}. */
    public int bodyOffset() {
        return offset + LENGTH;
    }

    /** Bytes after the header. */
    public int bodyLength() {
        return length - LENGTH;
    }

    /** True when the checksum over the whole message shows no error. */
    public boolean verifyChecksum() {
        return InetChecksum.verifies(InetChecksum.sum(data, offset, length));
    }

    /** Computes the checksum and writes it; the last step of filling a message. */
    public IcmpHeader putChecksum() {
        NetOrder.putShort(data, offset + CHECKSUM, 0);
        NetOrder.putShort(data, offset + CHECKSUM, InetChecksum.of(data, offset, length));
        return this;
    }

    /** Writes the whole header; the checksum is not computed yet. */
    public IcmpHeader init(final int type, final int code, final int ident, final int seq) {
        NetOrder.putShort(data, offset, (type << 8) | code);
        NetOrder.putShort(data, offset + CHECKSUM, 0);
        NetOrder.putShort(data, offset + IDENT, ident);
        NetOrder.putShort(data, offset + SEQ, seq);
        return this;
    }

    /** Changes the type and corrects the checksum for it, without a look at the body. */
    public IcmpHeader changeType(final int type) {
        final int before = NetOrder.getShort(data, offset);
        final int after = (type << 8) | (before & 0xff);
        NetOrder.putShort(data, offset, after);
        NetOrder.putShort(data, offset + CHECKSUM, InetChecksum.updateShort(checksum(), before, after));
        return this;
    }
}
