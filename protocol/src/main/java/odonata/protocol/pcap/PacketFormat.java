package odonata.protocol.pcap;

import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpOptions;
import odonata.protocol.udp.UdpHeader;
import odonata.protocol.wire.Mbuf;

/**
 * One line of text about a packet, in the manner of tcpdump: for logs, traces and failed tests, not for the fast path.
 * Any bytes are safe input.
 */
public final class PacketFormat {
    private static final String FLAG_LETTERS = "FSRP.UEW";

    private PacketFormat() {}

    /** The line for {@code mbuf}, without a line end. */
    public static String format(final Mbuf mbuf) {
        if (mbuf.length() < Ipv4Header.MIN_LENGTH) {
            return "IP too short, length " + mbuf.length();
        }
        final Ipv4Header ip = new Ipv4Header().wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        if (!ip.check()) {
            return "IP malformed, version " + ip.version() + ", header " + ip.headerLength() + ", total "
                    + ip.totalLength() + ", length " + mbuf.length();
        }
        return ip.isFragment() ? addresses(ip) + fragment(ip) : transport(ip);
    }

    private static String transport(final Ipv4Header ip) {
        return switch (ip.proto()) {
            case IpProto.TCP -> ip.payloadLength() < TcpHeader.MIN_LENGTH ? tooShort(ip, "TCP") : tcp(ip);
            case IpProto.UDP -> ip.payloadLength() < UdpHeader.LENGTH ? tooShort(ip, "UDP") : udp(ip);
            case IpProto.ICMP -> ip.payloadLength() < IcmpHeader.LENGTH ? tooShort(ip, "ICMP") : icmp(ip);
            default -> addresses(ip) + "proto " + ip.proto() + ", length " + ip.payloadLength();
        };
    }

    private static String addresses(final Ipv4Header ip) {
        return "IP " + Ipv4Address.format(ip.src()) + " > " + Ipv4Address.format(ip.dst()) + ": ";
    }

    private static String endpoints(final Ipv4Header ip, final int sport, final int dport) {
        return "IP " + Ipv4Address.format(ip.src()) + "." + sport + " > " + Ipv4Address.format(ip.dst()) + "." + dport
                + ": ";
    }

    private static String fragment(final Ipv4Header ip) {
        return "proto " + ip.proto() + ", fragment id " + ip.ident() + " offset " + ip.fragmentOffset()
                + (ip.moreFragments() ? "+" : "") + ", length " + ip.payloadLength();
    }

    private static String tooShort(final Ipv4Header ip, final String proto) {
        return addresses(ip) + proto + " too short, length " + ip.payloadLength();
    }

    private static String udp(final Ipv4Header ip) {
        final UdpHeader udp = new UdpHeader().wrap(ip);
        final String line = endpoints(ip, udp.sport(), udp.dport()) + "UDP, length " + udp.payloadLength();
        return udp.check() ? line : line + " (malformed)";
    }

    private static String icmp(final Ipv4Header ip) {
        final IcmpHeader icmp = new IcmpHeader().wrap(ip);
        return addresses(ip)
                + switch (icmp.type()) {
                    case IcmpHeader.ECHO_REQUEST -> "ICMP echo request, id " + icmp.ident() + ", seq " + icmp.seq();
                    case IcmpHeader.ECHO_REPLY -> "ICMP echo reply, id " + icmp.ident() + ", seq " + icmp.seq();
                    default -> "ICMP type " + icmp.type() + " code " + icmp.code();
                }
                + ", length " + icmp.length();
    }

    private static String tcp(final Ipv4Header ip) {
        final TcpHeader tcp = new TcpHeader().wrap(ip);
        final StringBuilder line = new StringBuilder(endpoints(ip, tcp.sport(), tcp.dport()))
                .append("Flags [")
                .append(flags(tcp.flags()))
                .append(']');
        if (!tcp.check()) {
            return line.append(", malformed, header ")
                    .append(tcp.headerLength())
                    .toString();
        }
        appendSequence(line, tcp);
        line.append(", win ").append(tcp.window());
        appendOptions(line, tcp);
        return line.append(", length ").append(tcp.payloadLength()).toString();
    }

    private static void appendSequence(final StringBuilder line, final TcpHeader tcp) {
        if (tcp.seqLength() > 0) {
            line.append(", seq ").append(Integer.toUnsignedString(tcp.seq()));
        }
        if (tcp.payloadLength() > 0) {
            line.append(':').append(Integer.toUnsignedString(tcp.seq() + tcp.payloadLength()));
        }
        if (tcp.has(TcpHeader.ACK)) {
            line.append(", ack ").append(Integer.toUnsignedString(tcp.ack()));
        }
    }

    private static String flags(final int flags) {
        final StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < FLAG_LETTERS.length(); bit++) {
            if ((flags & (1 << bit)) != 0) {
                text.append(FLAG_LETTERS.charAt(bit));
            }
        }
        return text.length() == 0 ? "none" : text.toString();
    }

    private static void appendOptions(final StringBuilder line, final TcpHeader tcp) {
        final TcpOptions options = tcp.options(new TcpOptions());
        String before = ", options [";
        while (options.next()) {
            line.append(before).append(option(options));
            before = ",";
        }
        if (options.malformed()) {
            line.append(before).append("malformed");
        }
        if (",".equals(before) || options.malformed()) {
            line.append(']');
        }
    }

    private static String option(final TcpOptions options) {
        return switch (options.kind()) {
            case TcpOptions.MSS -> "mss " + options.mss();
            case TcpOptions.WINDOW_SCALE -> "wscale " + options.windowScale();
            case TcpOptions.SACK_PERMITTED -> "sackOK";
            case TcpOptions.SACK -> sack(options);
            case TcpOptions.TIMESTAMPS ->
                "TS val " + Integer.toUnsignedString(options.tsVal()) + " ecr "
                        + Integer.toUnsignedString(options.tsEcr());
            default -> "unknown, " + options.length() + " bytes";
        };
    }

    private static String sack(final TcpOptions options) {
        final StringBuilder text = new StringBuilder("sack ").append(options.sackBlocks());
        for (int i = 0; i < options.sackBlocks(); i++) {
            text.append(" {").append(Integer.toUnsignedString(options.sackLeft(i)));
            text.append(':')
                    .append(Integer.toUnsignedString(options.sackRight(i)))
                    .append('}');
        }
        return text.toString();
    }
}
