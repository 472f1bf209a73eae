package odonata.protocol.ip;

import java.util.Objects;
import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.NetOrder;

/**
 * A movable view of an IPv4 header; it owns no bytes and allocates nothing.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+---------------+-------------------------------+
 * |version|  ihl  | type of serv. |         total length          |  0
 * +-------+-------+---------------+-----+-------------------------+
 * |        identification         |0 D M|     fragment offset     |  4
 * +---------------+---------------+-----+-------------------------+
 * |      ttl      |   protocol    |        header checksum        |  8
 * +---------------+---------------+-------------------------------+
 * |                        source address                         | 12
 * +---------------------------------------------------------------+
 * |                      destination address                      | 16
 * +---------------------------------------------------------------+
 * |               options, 0 to 40 bytes, multiple of 4           | 20
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Getters trust nothing they return: before {@link #payloadOffset}, {@link #options} or the checksum methods are
 * used, {@link #check} must have answered true, or {@link PacketClassifier} must have accepted the packet.
 * Source: RFC 791 section 3.1.
 */
public final class Ipv4Header {
    /** Bytes of a header without options. */
    public static final int MIN_LENGTH = 20;

    /** Bytes of a header with as many options as fit. */
    public static final int MAX_LENGTH = 60;

    /** Time to live that this system gives its packets. */
    public static final int DEFAULT_TTL = 64;

    /** Don't fragment. */
    public static final int DF = 0x4000;

    /** More fragments follow. */
    public static final int MF = 0x2000;

    /** Bits of the fragment offset, in units of 8 bytes. */
    public static final int OFFSET_MASK = 0x1fff;

    private static final int VERSION = 4;
    private static final int TOS = 1;
    private static final int TOTAL_LENGTH = 2;
    private static final int IDENT = 4;
    private static final int FRAGMENT = 6;
    private static final int TTL = 8;
    private static final int PROTO = 9;
    private static final int CHECKSUM = 10;
    private static final int SRC = 12;
    private static final int DST = 16;

    private byte[] data = new byte[MIN_LENGTH];
    private int offset;
    private int length = MIN_LENGTH;

    /**
     * Points this view at a packet.
     *
     * @param packet array that holds it
     * @param packetOffset index of the first byte of the header
     * @param packetLength bytes of the packet in the array, at least {@link #MIN_LENGTH}
     * @return this
     * @throws IndexOutOfBoundsException when the window is not inside the array
     * @throws IllegalArgumentException when it is shorter than the shortest header
     */
    public Ipv4Header wrap(final byte[] packet, final int packetOffset, final int packetLength) {
        Objects.checkFromIndexSize(packetOffset, packetLength, packet.length);
        if (packetLength < MIN_LENGTH) {
            throw new IllegalArgumentException("length=" + packetLength + " want at least " + MIN_LENGTH);
        }
        data = packet;
        offset = packetOffset;
        length = packetLength;
        return this;
    }

    /** True when version, header length and total length are possible and lie inside the window. */
    public boolean check() {
        return version() == VERSION
                && headerLength() >= MIN_LENGTH
                && headerLength() <= totalLength()
                && totalLength() <= length;
    }

    /** Array of the packet. */
    public byte[] data() {
        return data;
    }

    /** Index of the header's first byte in {@link #data}. */
    public int offset() {
        return offset;
    }

    /** IP version, 4 when the packet is what it should be. */
    public int version() {
        return (data[offset] >> 4) & 0xf;
    }

    /** Bytes of the header with options, {@code 0..60}; less than 20 is malformed. */
    public int headerLength() {
        return (data[offset] & 0xf) << 2;
    }

    /** Type of service: DSCP and ECN bits. */
    public int tos() {
        return NetOrder.getByte(data, offset + TOS);
    }

    /** Bytes of the packet by its own account. */
    public int totalLength() {
        return NetOrder.getShort(data, offset + TOTAL_LENGTH);
    }

    /** Identification, the same in all fragments of a packet. */
    public int ident() {
        return NetOrder.getShort(data, offset + IDENT);
    }

    /** True when routers must not fragment the packet. */
    public boolean dontFragment() {
        return (fragmentWord() & DF) != 0;
    }

    /** True when later fragments follow. */
    public boolean moreFragments() {
        return (fragmentWord() & MF) != 0;
    }

    /** Position of this fragment in the unfragmented payload, bytes. */
    public int fragmentOffset() {
        return (fragmentWord() & OFFSET_MASK) << 3;
    }

    /** True when this is only a part of a packet: more fragments follow, or the offset is not zero. */
    public boolean isFragment() {
        return (fragmentWord() & (MF | OFFSET_MASK)) != 0;
    }

    private int fragmentWord() {
        return NetOrder.getShort(data, offset + FRAGMENT);
    }

    /** Time to live, {@code 0..255}. */
    public int ttl() {
        return NetOrder.getByte(data, offset + TTL);
    }

    /** Protocol of the payload, one of {@link IpProto} or any other {@code 0..255}. */
    public int proto() {
        return NetOrder.getByte(data, offset + PROTO);
    }

    /** Header checksum as it stands in the packet. */
    public int checksum() {
        return NetOrder.getShort(data, offset + CHECKSUM);
    }

    /** Source address. */
    public int src() {
        return NetOrder.getInt(data, offset + SRC);
    }

    /** Destination address. */
    public int dst() {
        return NetOrder.getInt(data, offset + DST);
    }

    /** Index of the first payload byte in {@link #data}. */
    public int payloadOffset() {
        return offset + headerLength();
    }

    /** Bytes of payload by the packet's own account. */
    public int payloadLength() {
        return totalLength() - headerLength();
    }

    /** Points {@code options} at the options of this header and returns it. */
    public Ipv4Options options(final Ipv4Options options) {
        return options.wrap(data, offset + MIN_LENGTH, headerLength() - MIN_LENGTH);
    }

    /** True when the checksum over the whole header shows no error. */
    public boolean verifyChecksum() {
        return InetChecksum.verifies(InetChecksum.sum(data, offset, headerLength()));
    }

    /** Computes the checksum and writes it; the last step of filling a header. */
    public Ipv4Header putChecksum() {
        NetOrder.putShort(data, offset + CHECKSUM, 0);
        NetOrder.putShort(data, offset + CHECKSUM, InetChecksum.of(data, offset, headerLength()));
        return this;
    }

    /**
     * Writes a whole header without options; type of service, identification and fragment word are zero, time to live
     * is {@link #DEFAULT_TTL}, and the checksum is not computed yet.
     */
    public Ipv4Header init(final int proto, final int src, final int dst, final int totalLength) {
        NetOrder.putShort(data, offset, (VERSION << 12) | (MIN_LENGTH << 6));
        NetOrder.putInt(data, offset + IDENT, 0);
        NetOrder.putShort(data, offset + CHECKSUM, 0);
        return totalLength(totalLength).ttl(DEFAULT_TTL).proto(proto).src(src).dst(dst);
    }

    /** Sets version 4 and the header length in bytes, a multiple of 4 in {@code 20..60}. */
    public Ipv4Header headerLength(final int bytes) {
        NetOrder.putByte(data, offset, (VERSION << 4) | (bytes >> 2));
        return this;
    }

    /** Sets the type of service. */
    public Ipv4Header tos(final int value) {
        NetOrder.putByte(data, offset + TOS, value);
        return this;
    }

    /** Sets the length of the whole packet, bytes. */
    public Ipv4Header totalLength(final int bytes) {
        NetOrder.putShort(data, offset + TOTAL_LENGTH, bytes);
        return this;
    }

    /** Sets the identification. */
    public Ipv4Header ident(final int value) {
        NetOrder.putShort(data, offset + IDENT, value);
        return this;
    }

    /** Sets {@link #DF}, {@link #MF} and the fragment offset, bytes, a multiple of 8. */
    public Ipv4Header fragment(final int flags, final int offsetBytes) {
        NetOrder.putShort(data, offset + FRAGMENT, flags | (offsetBytes >> 3));
        return this;
    }

    /** Sets the time to live. */
    public Ipv4Header ttl(final int value) {
        NetOrder.putByte(data, offset + TTL, value);
        return this;
    }

    /** Sets the protocol number. */
    public Ipv4Header proto(final int value) {
        NetOrder.putByte(data, offset + PROTO, value);
        return this;
    }

    /** Sets the source address. */
    public Ipv4Header src(final int address) {
        NetOrder.putInt(data, offset + SRC, address);
        return this;
    }

    /** Sets the destination address. */
    public Ipv4Header dst(final int address) {
        NetOrder.putInt(data, offset + DST, address);
        return this;
    }

    /**
     * Lowers the time to live by one and corrects the checksum with it, as a router does; false when it was used up.
     */
    public boolean decrementTtl() {
        final int before = NetOrder.getShort(data, offset + TTL);
        if (before >>> 8 <= 1) {
            return false;
        }
        final int after = before - 0x100;
        NetOrder.putShort(data, offset + TTL, after);
        NetOrder.putShort(data, offset + CHECKSUM, InetChecksum.updateShort(checksum(), before, after));
        return true;
    }
}
