package odonata.protocol.ip;

import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * Verifies the checksum of what an IP packet carries. The packet must have been accepted by {@link PacketClassifier}
 * and be whole: of a fragment nothing can be verified.
 */
public final class PacketChecks {
    private static final int UDP_LENGTH = 4;
    private static final int UDP_CHECKSUM = 6;

    private PacketChecks() {}

    /** True when the TCP, UDP or ICMP checksum shows no error; true for protocols that this system does not know. */
    public static boolean transportOk(final Mbuf mbuf) {
        return transportOk(mbuf.data(), mbuf.offset());
    }

    /** The same for the accepted packet that starts at {@code at}. */
    public static boolean transportOk(final byte[] data, final int at) {
        final int headerLength = (data[at] & 0xf) << 2;
        final int start = at + headerLength;
        final int length = NetOrder.getShort(data, at + 2) - headerLength;
        return switch (NetOrder.getByte(data, at + 9)) {
            case IpProto.TCP -> InetChecksum.verifies(pseudo(data, at, length) + InetChecksum.sum(data, start, length));
            case IpProto.UDP -> udpOk(data, at, start);
            case IpProto.ICMP, IpProto.IGMP -> InetChecksum.verifies(InetChecksum.sum(data, start, length));
            default -> true;
        };
    }

    private static boolean udpOk(final byte[] data, final int at, final int udp) {
        final int length = NetOrder.getShort(data, udp + UDP_LENGTH);
        return NetOrder.getShort(data, udp + UDP_CHECKSUM) == 0
                || InetChecksum.verifies(pseudo(data, at, length) + InetChecksum.sum(data, udp, length));
    }

    private static long pseudo(final byte[] data, final int at, final int length) {
        return InetChecksum.pseudoHeader(
                NetOrder.getInt(data, at + 12), NetOrder.getInt(data, at + 16), NetOrder.getByte(data, at + 9), length);
    }
}
