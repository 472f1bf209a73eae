package odonata.actors.nic;

import java.util.ArrayList;
import java.util.List;
import odonata.protocol.clock.Seed;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.NetOrder;

/**
 * Packets that somebody made who knows the protocols and means harm: whole packets of all kinds with addresses of all kinds, some with options,
 * some cut in fragments that overlap; then some are damaged, and mostly their checksums made right again.
 */
public final class HostilePackets {
    private static final String[] ADDRESSES = {
        "10.77.77.1",
        "10.77.77.1",
        "10.77.77.1",
        "10.9.9.9",
        "10.9.9.8",
        "10.77.77.255",
        "255.255.255.255",
        "224.0.0.251",
        "127.0.0.1",
        "0.0.0.0",
        "240.1.2.3",
        "10.77.77.2"
    };
    private static final int[] PROTOS = {
        IpProto.UDP, IpProto.UDP, IpProto.TCP, IpProto.ICMP, IpProto.ICMP, IpProto.IGMP, 47
    };
    private static final int[] PORTS = {7, 9, 53, 4000, 4001, 5353, 0, 65_535};
    private static final int[] ICMP_TYPES = {0, 3, 3, 3, 4, 5, 8, 8, 11, 12, 13, 255};

    private final Seed seed;
    private final List<byte[]> later = new ArrayList<>();

    /** A stream of packets that depends on {@code seed} only. */
    public HostilePackets(final Seed seed) {
        this.seed = seed;
    }

    /** The next packet, at least 1 byte. */
    public byte[] next() {
        if (!later.isEmpty() && seed.chance(0.5)) {
            return later.remove(seed.nextInt(later.size()));
        }
        byte[] packet = whole(seed.chance(0.02) ? 3000 : 120);
        final double form = seed.nextDouble();
        if (form < 0.1) {
            packet = fragment(packet);
        } else if (form < 0.2) {
            cut(packet);
        }
        final double fate = seed.nextDouble();
        if (fate < 0.3) {
            flip(packet);
        } else if (fate < 0.35) {
            packet = resized(packet);
        }
        if (packet.length >= 20 && seed.chance(0.9)) {
            fixHeader(packet);
        }
        return packet;
    }

    private int pick(final int... choices) {
        return choices[seed.nextInt(choices.length)];
    }

    /** Mostly the one that an honest packet has. */
    private int address(final String honest) {
        if (seed.chance(0.75)) {
            return Ipv4Address.parse(honest);
        }
        return address();
    }

    private int address() {
        return seed.chance(0.05) ? (int) seed.nextLong() : Ipv4Address.parse(ADDRESSES[seed.nextInt(ADDRESSES.length)]);
    }

    private byte[] whole(final int most) {
        final int options = seed.chance(0.2) ? 4 * (1 + seed.nextInt(10)) : 0;
        final int proto = pick(PROTOS);
        final byte[] packet = new byte[20 + options + 20 + seed.nextInt(most)];
        fill(packet, 20, packet.length);
        options(packet, options);
        new Ipv4Header()
                .wrap(packet, 0, packet.length)
                .init(proto, address("10.9.9.9"), address("10.77.77.1"), packet.length)
                .ttl(seed.nextInt(256))
                .ident(seed.nextInt(65_536))
                .headerLength(20 + options);
        transport(packet, 20 + options, proto);
        fixHeader(packet);
        return packet;
    }

    private void fill(final byte[] packet, final int from, final int to) {
        for (int i = from; i < to; i++) {
            packet[i] = (byte) seed.nextLong();
        }
    }

    private void options(final byte[] packet, final int length) {
        for (int at = 20; at < 20 + length; ) {
            packet[at] = (byte) pick(0, 1, 7, 68, 131, 137, 148, 99);
            if (at + 1 < 20 + length && seed.chance(0.9)) {
                packet[at + 1] = (byte) (2 + seed.nextInt(Math.max(1, 20 + length - at - 1)));
            }
            at += packet[at] <= 1 && packet[at] >= 0 ? 1 : 1 + (packet[at + 1 < packet.length ? at + 1 : at] & 0xff);
        }
    }

    private void transport(final byte[] packet, final int at, final int proto) {
        final int length = packet.length - at;
        switch (proto) {
            case IpProto.UDP -> {
                ports(packet, at);
                NetOrder.putShort(packet, at + 4, length);
                sum(packet, at, 6, true);
            }
            case IpProto.TCP -> {
                ports(packet, at);
                packet[at + 12] = (byte) (seed.nextInt(Math.min(16, length / 4 + 1)) << 4);
                sum(packet, at, 16, true);
            }
            case IpProto.ICMP -> {
                packet[at] = (byte) pick(ICMP_TYPES);
                packet[at + 1] = (byte) seed.nextInt(6);
                quote(packet, at + 8);
                sum(packet, at, 2, false);
            }
            default -> {}
        }
    }

    private void ports(final byte[] packet, final int at) {
        NetOrder.putShort(packet, at, pick(PORTS));
        NetOrder.putShort(packet, at + 2, pick(PORTS));
    }

    /** A header that an ICMP error may quote, with the start of a UDP or TCP header. */
    private void quote(final byte[] packet, final int at) {
        if (packet.length - at < 28) {
            return;
        }
        new Ipv4Header()
                .wrap(packet, at, packet.length - at)
                .init(
                        pick(IpProto.UDP, IpProto.TCP, IpProto.ICMP),
                        address("10.77.77.1"),
                        address("10.9.9.9"),
                        seed.nextInt(2000))
                .putChecksum();
        if (seed.chance(0.2)) {
            packet[at] = (byte) seed.nextLong();
        }
        ports(packet, at + 20);
    }

    private void sum(final byte[] packet, final int at, final int field, final boolean pseudo) {
        final int length = packet.length - at;
        NetOrder.putShort(packet, at + field, 0);
        final long header = pseudo
                ? InetChecksum.pseudoHeader(NetOrder.getInt(packet, 12), NetOrder.getInt(packet, 16), packet[9], length)
                : 0;
        NetOrder.putShort(packet, at + field, InetChecksum.finish(header + InetChecksum.sum(packet, at, length)));
    }

    /** Parts of it that together are the packet, to be sent later, in disorder, some twice; now and then one that overlaps. */
    private void cut(final byte[] packet) {
        final int header = (packet[0] & 0xf) << 2;
        final int payload = packet.length - header;
        final int size = 8 * (2 + seed.nextInt(8));
        for (int from = 0; from < payload; from += size) {
            final int to = Math.min(payload, from + size);
            later.add(piece(packet, from, to, to < payload ? Ipv4Header.MF : 0, from));
            if (seed.chance(0.1)) {
                later.add(later.get(later.size() - 1).clone());
            }
            if (seed.chance(0.02) && to - from > 16) {
                later.add(piece(packet, from + 8, to, Ipv4Header.MF, from + 8));
            }
        }
    }

    private static byte[] piece(final byte[] packet, final int from, final int to, final int flags, final int offset) {
        final int header = (packet[0] & 0xf) << 2;
        final byte[] piece = new byte[header + to - from];
        System.arraycopy(packet, 0, piece, 0, header);
        System.arraycopy(packet, header + from, piece, header, to - from);
        new Ipv4Header()
                .wrap(piece, 0, piece.length)
                .totalLength(piece.length)
                .fragment(flags, offset)
                .putChecksum();
        return piece;
    }

    /** A part of it, or something that says that it is one. */
    private byte[] fragment(final byte[] packet) {
        final int header = (packet[0] & 0xf) << 2;
        final int payload = packet.length - header;
        final int from = 8 * seed.nextInt(payload / 8 + 1);
        final int to = seed.chance(0.5) ? payload : Math.min(payload, from + 8 * seed.nextInt(20));
        final int offset = seed.chance(0.05) ? 8 * seed.nextInt(8192) : from;
        final int flags = (seed.chance(0.6) ? Ipv4Header.MF : 0) | (seed.chance(0.1) ? Ipv4Header.DF : 0);
        return piece(packet, from, to, flags, offset);
    }

    private void flip(final byte[] packet) {
        for (int n = 1 + seed.nextInt(4); n > 0; n--) {
            packet[seed.nextInt(Math.min(packet.length, 80))] = (byte) seed.nextLong();
        }
    }

    private byte[] resized(final byte[] packet) {
        final byte[] other = new byte[1 + seed.nextInt(packet.length + 40)];
        System.arraycopy(packet, 0, other, 0, Math.min(packet.length, other.length));
        return other;
    }

    private static void fixHeader(final byte[] packet) {
        final int header = (packet[0] & 0xf) << 2;
        if (header >= 20 && header <= packet.length) {
            new Ipv4Header().wrap(packet, 0, packet.length).putChecksum();
        }
    }
}
