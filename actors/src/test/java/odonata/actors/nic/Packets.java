package odonata.actors.nic;

import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/** Packets for tests. */
public final class Packets {
    private Packets() {}

    /** A datagram. */
    public static byte[] udp(
            final String src, final int sport, final String dst, final int dport, final byte... payload) {
        return UdpDatagram.build(
                new FlowKey(Ipv4Address.parse(src), sport, Ipv4Address.parse(dst), dport, IpProto.UDP), payload);
    }

    /** A segment without options, with the ACK flag. */
    public static byte[] tcp(final String src, final int sport, final String dst, final int dport, final int payload) {
        final byte[] packet = new byte[40 + payload];
        final int s = Ipv4Address.parse(src);
        final int d = Ipv4Address.parse(dst);
        new Ipv4Header()
                .wrap(packet, 0, packet.length)
                .init(IpProto.TCP, s, d, packet.length)
                .putChecksum();
        NetOrder.putShort(packet, 20, sport);
        NetOrder.putShort(packet, 22, dport);
        NetOrder.putByte(packet, 32, 5 << 4);
        NetOrder.putByte(packet, 33, 0x10);
        final long sum = InetChecksum.pseudoHeader(s, d, IpProto.TCP, packet.length - 20)
                + InetChecksum.sum(packet, 20, packet.length - 20);
        NetOrder.putShort(packet, 36, InetChecksum.finish(sum));
        return packet;
    }

    /** The packet with an interface number. */
    public static Mbuf mbuf(final byte... packet) {
        return new Mbuf(packet, 0, packet.length, 3, 0);
    }
}
