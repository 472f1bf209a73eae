package odonata.loadgen;

import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.NetOrder;

/**
 * Replaces one address by another in both directions of every packet, in place, and mends the checksums incrementally
 * (RFC 1624), so that a checksum that was wrong in the capture stays wrong.
 */
final class Rewrite {
    private static final int IP_CHECKSUM = 10;
    private static final int SRC = 12;
    private static final int DST = 16;
    private static final int UDP_CHECKSUM = 6;
    private static final int TCP_CHECKSUM = 16;

    private final int before;
    private final int after;

    Rewrite(final int before, final int after) {
        this.before = before;
        this.after = after;
    }

    /** Rewrites the packet under {@code ip}, whose header must have been checked. */
    void apply(final Ipv4Header ip) {
        final boolean src = ip.src() == before;
        final boolean dst = ip.dst() == before;
        if (src) {
            replace(ip, SRC);
        }
        if (dst) {
            replace(ip, DST);
        }
    }

    private void replace(final Ipv4Header ip, final int field) {
        final byte[] data = ip.data();
        NetOrder.putInt(data, ip.offset() + field, after);
        update(data, ip.offset() + IP_CHECKSUM);
        final int at = transportChecksum(ip);
        if (at >= 0 && !(ip.proto() == IpProto.UDP && NetOrder.getShort(data, at) == 0)) {
            update(data, at);
        }
    }

    private void update(final byte[] data, final int at) {
        NetOrder.putShort(data, at, InetChecksum.updateInt(NetOrder.getShort(data, at), before, after));
    }

    /** Index of the checksum that covers the addresses, or -1 where this packet carries none. */
    private static int transportChecksum(final Ipv4Header ip) {
        final int field = ip.proto() == IpProto.TCP ? TCP_CHECKSUM : ip.proto() == IpProto.UDP ? UDP_CHECKSUM : -1;
        final boolean carried = field >= 0 && ip.fragmentOffset() == 0 && ip.payloadLength() >= field + 2;
        return carried ? ip.payloadOffset() + field : -1;
    }
}
