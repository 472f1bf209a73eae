package odonata.protocol.icmp;

import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/** Echo request and reply as whole IP packets. Source: RFC 792, RFC 1122 section 3.2.2.6. */
public final class IcmpEcho {
    private IcmpEcho() {}

    /** A new echo request, both checksums computed. */
    public static byte[] request(final int src, final int dst, final int ident, final int seq, final byte[] body) {
        final byte[] packet = new byte[Ipv4Header.MIN_LENGTH + IcmpHeader.LENGTH + body.length];
        System.arraycopy(body, 0, packet, packet.length - body.length, body.length);
        final Ipv4Header ip = new Ipv4Header().wrap(packet, 0, packet.length);
        ip.init(IpProto.ICMP, src, dst, packet.length).putChecksum();
        new IcmpHeader().wrap(ip).init(IcmpHeader.ECHO_REQUEST, 0, ident, seq).putChecksum();
        return packet;
    }

    /**
     * Turns an echo request into its reply in place: addresses swapped, time to live renewed, DF cleared, checksums
     * corrected.
     *
     * @param mbuf a packet that the classifier accepted
     * @return false, with nothing changed, when it is not a whole, undamaged echo request from one host to one host
     */
    public static boolean replyInPlace(final Mbuf mbuf) {
        final Ipv4Header ip = new Ipv4Header().wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        if (!mayReply(ip) || !PacketChecks.transportOk(mbuf)) {
            return false;
        }
        final IcmpHeader icmp = new IcmpHeader().wrap(ip);
        if (icmp.type() != IcmpHeader.ECHO_REQUEST) {
            return false;
        }
        icmp.changeType(IcmpHeader.ECHO_REPLY);
        turn(ip);
        return true;
    }

    /** The same for an address mask request, which is answered by {@code mask} (RFC 950, appendix I). */
    public static boolean maskReplyInPlace(final Mbuf mbuf, final int mask) {
        final Ipv4Header ip = new Ipv4Header().wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        if (!mayReply(ip) || !PacketChecks.transportOk(mbuf)) {
            return false;
        }
        final IcmpHeader icmp = new IcmpHeader().wrap(ip);
        if (icmp.type() != IcmpHeader.MASK_REQUEST || icmp.bodyLength() < Integer.BYTES) {
            return false;
        }
        NetOrder.putInt(ip.data(), icmp.bodyOffset(), mask);
        icmp.init(IcmpHeader.MASK_REPLY, 0, icmp.ident(), icmp.seq()).putChecksum();
        turn(ip);
        return true;
    }

    private static void turn(final Ipv4Header ip) {
        final int src = ip.src();
        ip.src(ip.dst()).dst(src).ttl(Ipv4Header.DEFAULT_TTL).fragment(0, 0).putChecksum();
    }

    private static boolean mayReply(final Ipv4Header ip) {
        return ip.check()
                && ip.proto() == IpProto.ICMP
                && !ip.isFragment()
                && ip.payloadLength() >= IcmpHeader.LENGTH
                && Ipv4Address.isUnicast(ip.src())
                && Ipv4Address.isUnicast(ip.dst());
    }
}
