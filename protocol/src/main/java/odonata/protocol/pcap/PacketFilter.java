package odonata.protocol.pcap;

import java.util.OptionalInt;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * Which packets a capture keeps: those that have all that is asked for, in either direction.
 *
 * <p>A later fragment has no ports, and an ICMP error quotes the packet that it is about: with a port asked for, the fragment passes when the rest
 * fits, and the error when what it quotes does, so that what happened to a connection is seen whole. No length is trusted.
 *
 * @param host address that is source or destination; empty: any
 * @param port of TCP or UDP, source or destination, {@code 1..65535}; empty: any
 * @param proto protocol number, {@code 0..255}; empty: any
 */
public record PacketFilter(OptionalInt host, OptionalInt port, OptionalInt proto) {
    /** Keeps everything. */
    public static final PacketFilter ALL =
            new PacketFilter(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

    private static final int ICMP_HEADER = 8;
    private static final int PORTS = 4;
    private static final int FRAGMENT = 6;
    private static final int PROTO = 9;
    private static final int SRC = 12;
    private static final int DST = 16;

    /** True when the packet is to be kept; it is only looked at. */
    public boolean matches(final Mbuf mbuf) {
        return matches(mbuf.data(), mbuf.offset(), mbuf.offset() + mbuf.length(), false);
    }

    private boolean matches(final byte[] data, final int at, final int end, final boolean quoted) {
        if (end - at < Ipv4Header.MIN_LENGTH || data[at] >> 4 != 4) {
            return host.isEmpty() && port.isEmpty() && proto.isEmpty();
        }
        final int of = NetOrder.getByte(data, at + PROTO);
        final boolean isHere = host.isEmpty()
                || NetOrder.getInt(data, at + SRC) == host.getAsInt()
                || NetOrder.getInt(data, at + DST) == host.getAsInt();
        if (isHere && (proto.isEmpty() || proto.getAsInt() == of) && (port.isEmpty() || hasPort(data, at, end, of))) {
            return true;
        }
        return !quoted && of == IpProto.ICMP && quotes(data, at, end);
    }

    private boolean hasPort(final byte[] data, final int at, final int end, final int of) {
        if (of != IpProto.TCP && of != IpProto.UDP) {
            return false;
        }
        final int ports = at + ((data[at] & 0xf) << 2);
        if ((NetOrder.getShort(data, at + FRAGMENT) & Ipv4Header.OFFSET_MASK) != 0) {
            return true;
        }
        return ports + PORTS <= end
                && (NetOrder.getShort(data, ports) == port.orElse(0)
                        || NetOrder.getShort(data, ports + 2) == port.orElse(0));
    }

    /** Destination unreachable, source quench, redirect, time exceeded and parameter problem quote. */
    private boolean quotes(final byte[] data, final int at, final int end) {
        final int icmp = at + ((data[at] & 0xf) << 2);
        if (icmp + ICMP_HEADER > end || (NetOrder.getShort(data, at + FRAGMENT) & Ipv4Header.OFFSET_MASK) != 0) {
            return false;
        }
        return switch (data[icmp]) {
            case 3, 4, 5, 11, 12 -> matches(data, icmp + ICMP_HEADER, end, true);
            default -> false;
        };
    }
}
