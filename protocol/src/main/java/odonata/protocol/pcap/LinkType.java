package odonata.protocol.pcap;

import odonata.protocol.wire.NetOrder;

/**
 * What stands before the IP header in a captured frame. Source: the link-layer header types of libpcap.
 *
 * <pre>
 * Ethernet   destination 6, source 6, [0x8100 tag 2 ...], ethertype 2
 * cooked     packet type 2, device type 2, address length 2, address 8, ethertype 2
 * cooked v2  ethertype 2, reserved 2, interface 4, device type 2, packet type 1, address length 1, address 8
 * null       address family 4, in the byte order of the capturing machine; loop: in network byte order
 * raw        nothing
 * </pre>
 */
public final class LinkType {
    public static final int NULL = 0;
    public static final int ETHERNET = 1;
    public static final int RAW_BSD = 12;
    public static final int RAW_OPENBSD = 14;
    public static final int RAW = 101;
    public static final int LOOP = 108;
    public static final int COOKED = 113;
    public static final int IPV4 = 228;
    public static final int COOKED_2 = 276;

    /** Answer of {@link #ipOffset} when the frame holds no IPv4 packet. */
    public static final int NOT_IPV4 = -1;

    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int AF_INET = 2;
    private static final int ETHERTYPE_AT = 12;
    private static final int TAG_BYTES = 4;

    private LinkType() {}

    /** True when frames of this type can be looked into. */
    public static boolean isKnown(final int linkType) {
        return switch (linkType) {
            case NULL, ETHERNET, RAW_BSD, RAW_OPENBSD, RAW, LOOP, COOKED, IPV4, COOKED_2 -> true;
            default -> false;
        };
    }

    /** Index of the IPv4 header in {@code frame}, {@code 0..frame.length-1}, or {@link #NOT_IPV4}. */
    public static int ipOffset(final int linkType, final byte... frame) {
        final int at =
                switch (linkType) {
                    case RAW_BSD, RAW_OPENBSD, RAW, IPV4 -> 0;
                    case ETHERNET -> afterTags(frame);
                    case COOKED -> afterType(frame, 14, 16);
                    case COOKED_2 -> afterType(frame, 0, 20);
                    case NULL, LOOP -> afterFamily(frame);
                    default -> NOT_IPV4;
                };
        return at >= 0 && at < frame.length && frame[at] >> 4 == 4 ? at : NOT_IPV4;
    }

    private static int afterTags(final byte[] frame) {
        int at = ETHERTYPE_AT;
        while (at + TAG_BYTES <= frame.length && isTag(NetOrder.getShort(frame, at))) {
            at += TAG_BYTES;
        }
        return afterType(frame, at, at + 2);
    }

    private static boolean isTag(final int ethertype) {
        return switch (ethertype) {
            case 0x8100, 0x88a8, 0x9100 -> true;
            default -> false;
        };
    }

    private static int afterType(final byte[] frame, final int typeAt, final int next) {
        return typeAt + 2 <= frame.length && NetOrder.getShort(frame, typeAt) == ETHERTYPE_IPV4 ? next : NOT_IPV4;
    }

    private static int afterFamily(final byte[] frame) {
        final int family = frame.length < 4 ? 0 : NetOrder.getInt(frame, 0);
        return family == AF_INET || Integer.reverseBytes(family) == AF_INET ? 4 : NOT_IPV4;
    }
}
