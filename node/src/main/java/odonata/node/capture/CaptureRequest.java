package odonata.node.capture;

import java.util.Locale;
import java.util.OptionalInt;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.pcap.PacketFilter;

/**
 * Body of {@code POST /api/v1/capture}; what is null or empty is not asked for.
 *
 * @param device name of a device, such as tun0 or lo0; all devices without it
 * @param host IPv4 address that is source or destination
 * @param port of TCP or UDP, 1..65535
 * @param proto tcp, udp, icmp or a number 0..255
 * @param snaplen bytes kept of a packet, 1..65535; all without it
 */
public record CaptureRequest(String device, String host, Integer port, String proto, Integer snaplen) {
    /** Bytes of the longest packet. */
    public static final int WHOLE = 65_535;

    private static final int MAX_PORT = 65_535;
    private static final int MAX_PROTO = 255;

    /**
     * Checks everything.
     *
     * @throws IllegalArgumentException saying what is wrong and what is allowed
     */
    public CaptureRequest {
        device = device == null ? "" : device;
        host = host == null ? "" : host;
        proto = proto == null ? "" : proto.toLowerCase(Locale.ROOT);
        snaplen = snaplen == null ? Integer.valueOf(WHOLE) : snaplen;
        if (!host.isEmpty()) {
            final int unused = Ipv4Address.parse(host);
        }
        if (port != null && (port < 1 || port > MAX_PORT)) {
            throw new IllegalArgumentException("port " + port + ": allowed are 1..65535");
        }
        if (snaplen < 1 || snaplen > WHOLE) {
            throw new IllegalArgumentException("snaplen " + snaplen + ": allowed are 1.." + WHOLE);
        }
        final OptionalInt unused = number(proto);
    }

    /** What it asks for. */
    public PacketFilter filter() {
        return new PacketFilter(
                host.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Ipv4Address.parse(host)),
                port == null ? OptionalInt.empty() : OptionalInt.of(port),
                number(proto));
    }

    private static OptionalInt number(final String proto) {
        return switch (proto) {
            case "" -> OptionalInt.empty();
            case "icmp" -> OptionalInt.of(IpProto.ICMP);
            case "tcp" -> OptionalInt.of(IpProto.TCP);
            case "udp" -> OptionalInt.of(IpProto.UDP);
            default -> {
                if (!proto.matches("\\d{1,3}") || Integer.parseInt(proto) > MAX_PROTO) {
                    throw new IllegalArgumentException("proto " + proto + ": want tcp, udp, icmp or a number 0..255");
                }
                yield OptionalInt.of(Integer.parseInt(proto));
            }
        };
    }
}
