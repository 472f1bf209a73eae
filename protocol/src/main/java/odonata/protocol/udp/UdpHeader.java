package odonata.protocol.udp;

import java.util.Objects;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.NetOrder;

/**
 * A movable view of a UDP datagram. It owns no bytes and allocates nothing.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+
 * |          source port          |       destination port        |  0
 * +-------------------------------+-------------------------------+
 * |            length             |           checksum            |  4
 * +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>A checksum of zero says that the sender computed none; one that comes out as zero is sent as all ones.
 * Source: RFC 768.
 */
public final class UdpHeader {
    /** Bytes of the header. */
    public static final int LENGTH = 8;

    private static final int SPORT = 0;
    private static final int DPORT = 2;
    private static final int UDP_LENGTH = 4;
    private static final int CHECKSUM = 6;

    private byte[] data = new byte[LENGTH];
    private int offset;
    private int window = LENGTH;

    /**
     * Points this view at a datagram.
     *
     * @param datagram array that holds it
     * @param datagramOffset index of the header's first byte
     * @param windowLength bytes of IP payload, at least {@link #LENGTH}
     * @return this
     * @throws IndexOutOfBoundsException when the window is not inside the array
     * @throws IllegalArgumentException when it is shorter than the header
     */
    public UdpHeader wrap(final byte[] datagram, final int datagramOffset, final int windowLength) {
        Objects.checkFromIndexSize(datagramOffset, windowLength, datagram.length);
        if (windowLength < LENGTH) {
            throw new IllegalArgumentException("length=" + windowLength + " want at least " + LENGTH);
        }
        data = datagram;
        offset = datagramOffset;
        window = windowLength;
        return this;
    }

    /** Points this view at the payload of {@code ip}, whose lengths must have been checked. */
    public UdpHeader wrap(final Ipv4Header ip) {
        return wrap(ip.data(), ip.payloadOffset(), ip.payloadLength());
    }

    /** True when the length field is possible and lies inside the window. */
    public boolean check() {
        return length() >= LENGTH && length() <= window;
    }

    /** Array of the datagram. */
    public byte[] data() {
        return data;
    }

    /** Source port, 0 when none was given. */
    public int sport() {
        return NetOrder.getShort(data, offset + SPORT);
    }

    /** Destination port. */
    public int dport() {
        return NetOrder.getShort(data, offset + DPORT);
    }

    /** Bytes of header and payload by the datagram's own account. */
    public int length() {
        return NetOrder.getShort(data, offset + UDP_LENGTH);
    }

    /** Checksum as it stands in the datagram; 0 means none. */
    public int checksum() {
        return NetOrder.getShort(data, offset + CHECKSUM);
    }

    /** Index of the first payload byte in {@link #data}. */
    public int payloadOffset() {
        return offset + LENGTH;
    }

    /** Bytes of payload, by the length field. */
    public int payloadLength() {
        return length() - LENGTH;
    }

    /** True when there is no checksum, or it shows no error; {@link #check} must be true. */
    public boolean verifyChecksum(final int src, final int dst) {
        return checksum() == 0 || InetChecksum.verifies(sum(src, dst));
    }

    /** Computes the checksum between the two addresses and writes it; the last step of filling a datagram. */
    public UdpHeader putChecksum(final int src, final int dst) {
        NetOrder.putShort(data, offset + CHECKSUM, 0);
        final int computed = InetChecksum.finish(sum(src, dst));
        NetOrder.putShort(data, offset + CHECKSUM, computed == 0 ? 0xffff : computed);
        return this;
    }

    private long sum(final int src, final int dst) {
        return InetChecksum.pseudoHeader(src, dst, IpProto.UDP, length()) + InetChecksum.sum(data, offset, length());
    }

    /** Writes the header for a payload of {@code payloadLength} bytes; the checksum says "none" until it is put. */
    public UdpHeader init(final int sport, final int dport, final int payloadLength) {
        NetOrder.putShort(data, offset + SPORT, sport);
        NetOrder.putShort(data, offset + DPORT, dport);
        NetOrder.putShort(data, offset + UDP_LENGTH, LENGTH + payloadLength);
        NetOrder.putShort(data, offset + CHECKSUM, 0);
        return this;
    }
}
