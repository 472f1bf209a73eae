package odonata.protocol.ip;

import java.util.ArrayList;
import java.util.List;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.wire.Mbuf;

/** Datagrams and pieces of them, for tests. */
final class Fragments {
    static final int SRC = 0x01020304;
    static final int DST = 0x0a4d4d01;

    private Fragments() {}

    static byte[] datagram(final int src, final int ident, final int payload) {
        final byte[] bytes = new byte[payload];
        Seed seed = Seed.of(src * 31L + ident);
        for (int i = 0; i < payload; i++) {
            bytes[i] = (byte) seed.nextLong();
        }
        final byte[] packet = UdpDatagram.build(new FlowKey(src, 5, DST, 7, IpProto.UDP), bytes);
        new Ipv4Header().wrap(packet, 0, packet.length).ident(ident).putChecksum();
        return packet;
    }

    /** The part of a datagram's payload from {@code from} to {@code to}; {@code more} may lie. */
    static Mbuf piece(final byte[] packet, final int from, final int to, final boolean more) {
        final byte[] piece = new byte[20 + to - from];
        System.arraycopy(packet, 0, piece, 0, 20);
        System.arraycopy(packet, 20 + from, piece, 20, to - from);
        new Ipv4Header()
                .wrap(piece, 0, piece.length)
                .totalLength(piece.length)
                .fragment(more ? Ipv4Header.MF : 0, from)
                .putChecksum();
        return new Mbuf(piece, 0, piece.length, 3, 0);
    }

    /** Cuts a packet in pieces of {@code size} payload bytes, a multiple of 8. */
    static List<Mbuf> cut(final byte[] packet, final int size) {
        final List<Mbuf> pieces = new ArrayList<>();
        final int payload = packet.length - 20;
        for (int from = 0; from < payload; from += size) {
            final int to = Math.min(payload, from + size);
            pieces.add(piece(packet, from, to, to < payload));
        }
        return pieces;
    }
}
