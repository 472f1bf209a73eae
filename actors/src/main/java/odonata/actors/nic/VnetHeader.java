package odonata.actors.nic;

import java.nio.ByteBuffer;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.tcp.TcpSegmenter;
import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * {@code struct virtio_net_hdr}, ten bytes before each packet of a TUN device: what is left to do on it.
 *
 * <pre>
 *  +-------+-----------+-----------------+----------+------------+-------------+
 *  | flags | GSO type  | bytes of headers| GSO size | csum start | csum offset |
 *  +-------+-----------+-----------------+----------+------------+-------------+
 *  0       1           2                 4          6            8            10
 * </pre>
 *
 * <p>The shorts are in the order of the host. A packet of GSO type 0 is one packet; one of type 1 is the text of several segments of at most the
 * GSO size, behind one header. With the flag {@code NEEDS_CSUM} the checksum field holds the sum of the pseudo header alone.
 * Source: virtio 1.2, section 5.1.6.
 */
final class VnetHeader {
    static final int LENGTH = 10;

    private static final int GSO_TYPE = 1;
    private static final int HDR_LEN = 2;
    private static final int GSO_SIZE = 4;
    private static final int CSUM_START = 6;
    private static final int CSUM_OFFSET = 8;
    private static final byte NEEDS_CSUM = 1;
    private static final byte GSO_TCPV4 = 1;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;

    private VnetHeader() {}

    /** Nothing is left to do. */
    static void putWhole(final ByteBuffer buffer) {
        buffer.putLong(0, 0).putShort(CSUM_OFFSET, (short) 0);
    }

    /** A TCP packet that the kernel is to cut, or to take as it is; its checksum field is set to what that needs. */
    static void putTso(final ByteBuffer buffer, final Mbuf mbuf, final int segmentSize) {
        final Ipv4Header ip = new Ipv4Header().wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        buffer.put(0, NEEDS_CSUM).put(GSO_TYPE, GSO_TCPV4);
        buffer.putShort(HDR_LEN, (short) TcpSegmenter.headers(mbuf));
        buffer.putShort(GSO_SIZE, (short) segmentSize);
        buffer.putShort(CSUM_START, (short) ip.headerLength());
        buffer.putShort(CSUM_OFFSET, (short) TCP_CHECKSUM);
        final long pseudo = InetChecksum.pseudoHeader(ip.src(), ip.dst(), IpProto.TCP, ip.payloadLength());
        NetOrder.putShort(mbuf.data(), ip.payloadOffset() + TCP_CHECKSUM, InetChecksum.fold(pseudo));
    }

    /**
     * Makes the checksum that the kernel has left out, as its sender would have made it. Only UDP, where a field of zero says that there is no
     * checksum (RFC 768), has all ones in its place. What the header says is believed only as far as it lies inside the packet.
     *
     * @param packet the packet that came behind this header
     */
    static void complete(final ByteBuffer buffer, final byte[] packet) {
        if ((buffer.get(0) & NEEDS_CSUM) == 0) {
            return;
        }
        final int start = buffer.getShort(CSUM_START) & 0xffff;
        final int offset = buffer.getShort(CSUM_OFFSET) & 0xffff;
        final int field = start + offset;
        if (field + Short.BYTES > packet.length) {
            return;
        }
        final int checksum = InetChecksum.of(packet, start, packet.length - start);
        NetOrder.putShort(packet, field, checksum == 0 && offset == UDP_CHECKSUM ? 0xffff : checksum);
    }
}
