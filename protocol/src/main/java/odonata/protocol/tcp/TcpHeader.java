package odonata.protocol.tcp;

import java.util.Objects;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.NetOrder;

/**
 * A movable view of a TCP segment: header, options and payload. It owns no bytes and allocates nothing.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+
 * |          source port          |       destination port        |  0
 * +-------------------------------+-------------------------------+
 * |                        sequence number                        |  4
 * +---------------------------------------------------------------+
 * |                     acknowledgment number                     |  8
 * +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
 * | data  |reserv.|C|E|U|A|P|R|S|F|                               |
 * | offset|   0   |W|C|R|C|S|S|Y|I|            window             | 12
 * |       |       |R|E|G|K|H|T|N|N|                               |
 * +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
 * |           checksum            |        urgent pointer         | 16
 * +-------------------------------+-------------------------------+
 * |             options, 0 to 40 bytes, multiple of 4             | 20
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Before options or payload are used, {@link #check} must have answered true, or the packet must have been accepted
 * as TCP by the packet classifier. Source: RFC 9293 section 3.1, RFC 3168 (CWR, ECE).
 */
public final class TcpHeader {
    /** Bytes of a header without options. */
    public static final int MIN_LENGTH = 20;

    /** Bytes of a header with as many options as fit. */
    public static final int MAX_LENGTH = 60;

    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;
    public static final int ECE = 0x40;
    public static final int CWR = 0x80;

    private static final int SPORT = 0;
    private static final int DPORT = 2;
    private static final int SEQ = 4;
    private static final int ACK_SEQ = 8;
    private static final int DATA_OFFSET = 12;
    private static final int FLAGS = 13;
    private static final int WINDOW = 14;
    private static final int CHECKSUM = 16;
    private static final int URGENT = 18;

    private byte[] data = new byte[MIN_LENGTH];
    private int offset;
    private int length = MIN_LENGTH;

    /**
     * Points this view at a segment.
     *
     * @param segment array that holds it
     * @param segmentOffset index of the header's first byte
     * @param segmentLength bytes of header and payload, at least {@link #MIN_LENGTH}
     * @return this
     * @throws IndexOutOfBoundsException when the window is not inside the array
     * @throws IllegalArgumentException when it is shorter than the shortest header
     */
    public TcpHeader wrap(final byte[] segment, final int segmentOffset, final int segmentLength) {
        Objects.checkFromIndexSize(segmentOffset, segmentLength, segment.length);
        if (segmentLength < MIN_LENGTH) {
            throw new IllegalArgumentException("length=" + segmentLength + " want at least " + MIN_LENGTH);
        }
        data = segment;
        offset = segmentOffset;
        length = segmentLength;
        return this;
    }

    /** Points this view at the payload of {@code ip}, whose lengths must have been checked. */
    public TcpHeader wrap(final Ipv4Header ip) {
        return wrap(ip.data(), ip.payloadOffset(), ip.payloadLength());
    }

    /** True when the data offset is possible and lies inside the window. */
    public boolean check() {
        return headerLength() >= MIN_LENGTH && headerLength() <= length;
    }

    /** Array of the segment. */
    public byte[] data() {
        return data;
    }

    /** Index of the header's first byte in {@link #data}. */
    public int offset() {
        return offset;
    }

    /** Bytes of header and payload. */
    public int length() {
        return length;
    }

    /** Source port. */
    public int sport() {
        return NetOrder.getShort(data, offset + SPORT);
    }

    /** Destination port. */
    public int dport() {
        return NetOrder.getShort(data, offset + DPORT);
    }

    /** Sequence number of the first payload byte, or of the SYN. */
    public int seq() {
        return NetOrder.getInt(data, offset + SEQ);
    }

    /** Next sequence number the sender expects; meaningful when ACK is set. */
    public int ack() {
        return NetOrder.getInt(data, offset + ACK_SEQ);
    }

    /** Bytes of the header with options: the data offset; less than 20 is malformed. */
    public int headerLength() {
        return NetOrder.getByte(data, offset + DATA_OFFSET) >>> 4 << 2;
    }

    /** The eight control bits, {@link #CWR} to {@link #FIN}. */
    public int flags() {
        return NetOrder.getByte(data, offset + FLAGS);
    }

    /** True when every bit of {@code mask} is set. */
    public boolean has(final int mask) {
        return (flags() & mask) == mask;
    }

    /** Window field, not scaled. */
    public int window() {
        return NetOrder.getShort(data, offset + WINDOW);
    }

    /** Checksum as it stands in the segment. */
    public int checksum() {
        return NetOrder.getShort(data, offset + CHECKSUM);
    }

    /** Urgent pointer; meaningful when URG is set. */
    public int urgent() {
        return NetOrder.getShort(data, offset + URGENT);
    }

    /** Index of the first payload byte in {@link #data}. */
    public int payloadOffset() {
        return offset + headerLength();
    }

    /** Bytes of payload. */
    public int payloadLength() {
        return length - headerLength();
    }

    /** Sequence numbers that the segment takes: its payload, and one each for SYN and FIN. */
    public int seqLength() {
        return payloadLength() + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }

    /** Points {@code options} before the first option of this header and returns it. */
    public TcpOptions options(final TcpOptions options) {
        return options.wrap(data, offset + MIN_LENGTH, headerLength() - MIN_LENGTH);
    }

    /** True when the checksum over pseudo header, header and payload shows no error. */
    public boolean verifyChecksum(final int src, final int dst) {
        return InetChecksum.verifies(sum(src, dst));
    }

    /** Computes the checksum between the two addresses and writes it; the last step of filling a segment. */
    public TcpHeader putChecksum(final int src, final int dst) {
        NetOrder.putShort(data, offset + CHECKSUM, 0);
        NetOrder.putShort(data, offset + CHECKSUM, InetChecksum.finish(sum(src, dst)));
        return this;
    }

    private long sum(final int src, final int dst) {
        return InetChecksum.pseudoHeader(src, dst, IpProto.TCP, length) + InetChecksum.sum(data, offset, length);
    }

    /** Writes a whole header without options; window, checksum and urgent pointer are zero. */
    public TcpHeader init(final int sport, final int dport, final int seq, final int ack, final int flags) {
        NetOrder.putInt(data, offset + CHECKSUM, 0);
        NetOrder.putByte(data, offset + DATA_OFFSET, MIN_LENGTH >> 2 << 4);
        return sport(sport).dport(dport).seq(seq).ack(ack).flags(flags).window(0);
    }

    /** Sets the source port. */
    public TcpHeader sport(final int port) {
        NetOrder.putShort(data, offset + SPORT, port);
        return this;
    }

    /** Sets the destination port. */
    public TcpHeader dport(final int port) {
        NetOrder.putShort(data, offset + DPORT, port);
        return this;
    }

    /** Sets the sequence number. */
    public TcpHeader seq(final int value) {
        NetOrder.putInt(data, offset + SEQ, value);
        return this;
    }

    /** Sets the acknowledgment number. */
    public TcpHeader ack(final int value) {
        NetOrder.putInt(data, offset + ACK_SEQ, value);
        return this;
    }

    /** Sets the data offset, bytes, a multiple of 4 in {@code 20..60}; the reserved bits become zero. */
    public TcpHeader headerLength(final int bytes) {
        NetOrder.putByte(data, offset + DATA_OFFSET, bytes >> 2 << 4);
        return this;
    }

    /** Sets all eight control bits. */
    public TcpHeader flags(final int value) {
        NetOrder.putByte(data, offset + FLAGS, value);
        return this;
    }

    /** Sets the window field, already scaled. */
    public TcpHeader window(final int value) {
        NetOrder.putShort(data, offset + WINDOW, value);
        return this;
    }

    /** Sets the urgent pointer. */
    public TcpHeader urgent(final int value) {
        NetOrder.putShort(data, offset + URGENT, value);
        return this;
    }
}
