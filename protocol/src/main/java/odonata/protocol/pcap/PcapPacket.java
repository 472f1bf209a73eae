package odonata.protocol.pcap;

import java.util.Optional;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * One captured frame.
 *
 * @param timestampNs nanoseconds since 1970
 * @param originalLength bytes of the frame on the wire; more than were captured when a snap length cut it
 * @param linkType one of {@link LinkType}, or a type that is not known here
 * @param frame the captured bytes, owned by whoever holds the packet
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes travel by reference on purpose
public record PcapPacket(long timestampNs, int originalLength, int linkType, byte[] frame) {

    /** True when the frame was cut at capture. */
    public boolean truncated() {
        return frame.length < originalLength;
    }

    /** True when the frame holds the start of an IPv4 packet. */
    public boolean isIpv4() {
        return LinkType.ipOffset(linkType, frame) != LinkType.NOT_IPV4;
    }

    /**
     * The IPv4 packet in the frame, sharing its bytes; without the padding of short Ethernet frames, and cut short
     * where the capture was. Empty when the frame holds something else.
     */
    public Optional<Mbuf> ip() {
        final int at = LinkType.ipOffset(linkType, frame);
        return at == LinkType.NOT_IPV4
                ? Optional.empty()
                : Optional.of(new Mbuf(frame, at, ipLength(at), 0, timestampNs));
    }

    private int ipLength(final int at) {
        final int present = Math.min(frame.length - at, Mbuf.MAX_LENGTH);
        final int total = present < Ipv4Header.MIN_LENGTH ? present : NetOrder.getShort(frame, at + 2);
        return total < Ipv4Header.MIN_LENGTH ? present : Math.min(total, present);
    }
}
