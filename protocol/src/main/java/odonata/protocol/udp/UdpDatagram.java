package odonata.protocol.udp;

import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;

/** Builds whole IP packets that carry one UDP datagram each. */
public final class UdpDatagram {
    /** Bytes of IP and UDP header before the payload. */
    public static final int HEADERS = Ipv4Header.MIN_LENGTH + UdpHeader.LENGTH;

    /** Largest payload that an IP packet without options can carry. */
    public static final int MAX_PAYLOAD = 65_535 - HEADERS;

    private UdpDatagram() {}

    /** A new packet with {@code payload} and the usual time to live, both checksums computed. */
    public static byte[] build(final FlowKey flow, final byte[] payload) {
        return build(flow.src(), flow.sport(), flow.dst(), flow.dport(), Ipv4Header.DEFAULT_TTL, payload);
    }

    /**
     * A new packet, both checksums computed.
     *
     * @throws IllegalArgumentException when the payload is longer than {@link #MAX_PAYLOAD}: the caller answers
     *     EMSGSIZE
     */
    public static byte[] build(
            final int src, final int sport, final int dst, final int dport, final int ttl, final byte[] payload) {
        final byte[] packet = new byte[HEADERS + checkedLength(payload.length)];
        System.arraycopy(payload, 0, packet, HEADERS, payload.length);
        final Ipv4Header ip = new Ipv4Header().wrap(packet, 0, packet.length);
        ip.init(IpProto.UDP, src, dst, packet.length).ttl(ttl).putChecksum();
        new UdpHeader().wrap(ip).init(sport, dport, payload.length).putChecksum(src, dst);
        return packet;
    }

    private static int checkedLength(final int length) {
        if (length > MAX_PAYLOAD) {
            throw new IllegalArgumentException("payload=" + length + " exceeds " + MAX_PAYLOAD);
        }
        return length;
    }
}
