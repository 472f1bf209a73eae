package odonata.protocol.tcp;

import java.util.function.Predicate;
import odonata.protocol.errno.Kassert;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * Cuts a large TCP packet into segments, as a device does that has segmentation offload (R45): headers are repeated, sequence numbers go
 * up, FIN and PSH stand in the last one only, checksums are made anew.
 *
 * <p>What comes out is to the byte what would have been sent without it (I53); with DF, as the identification of every segment is then 0.
 * Without DF the segments are to be cut before they are numbered. Thread: one owner.
 */
public final class TcpSegmenter {
    private static final int DATA_OFFSET = 12;

    private final Ipv4Header ip = new Ipv4Header();
    private final TcpHeader tcp = new TcpHeader();

    /** Bytes of IP and TCP header of a TCP packet. */
    public static int headers(final Mbuf packet) {
        final int header = (packet.data()[packet.offset()] & 0xf) << 2;
        return header + (NetOrder.getByte(packet.data(), packet.offset() + header + DATA_OFFSET) >>> 4 << 2);
    }

    /**
     * Cuts one packet.
     *
     * @param packet a TCP packet; not changed
     * @param segmentSize most text of a segment, bytes, at least 1
     * @param out gets the segments in order; false when one could not be sent
     * @return false when {@code out} has answered so for any of them
     */
    public boolean split(final Mbuf packet, final int segmentSize, final Predicate<Mbuf> out) {
        ip.wrap(packet.data(), packet.offset(), packet.length());
        tcp.wrap(ip);
        Kassert.check(tcp.check() && segmentSize > 0, "segments of %d: header=%d", segmentSize, tcp.headerLength());
        final int headers = headers(packet);
        final int text = ip.totalLength() - headers;
        final int seq = tcp.seq();
        final int flags = tcp.flags();
        boolean all = true;
        for (int at = 0; at == 0 || at < text; at += segmentSize) {
            final int length = Math.min(segmentSize, text - at);
            final byte[] segment = new byte[headers + length];
            System.arraycopy(packet.data(), packet.offset(), segment, 0, headers);
            System.arraycopy(packet.data(), packet.offset() + headers + at, segment, headers, length);
            ip.wrap(segment, 0, segment.length).totalLength(segment.length).putChecksum();
            tcp.wrap(ip).seq(seq + at);
            tcp.flags(at + length == text ? flags : flags & ~(TcpHeader.PSH | TcpHeader.FIN));
            tcp.putChecksum(ip.src(), ip.dst());
            all &= out.test(new Mbuf(segment, 0, segment.length, packet.rcvif(), packet.rcvNs()));
        }
        return all;
    }
}
