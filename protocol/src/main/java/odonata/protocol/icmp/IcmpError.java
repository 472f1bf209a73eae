package odonata.protocol.icmp;

import java.util.Optional;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * Error messages as whole IP packets, and what they say about the packet that caused them.
 *
 * <p>Source: RFC 792 (quote of the IP header and 8 bytes), RFC 1122 section 3.2.2 (when none may be sent).
 */
public final class IcmpError {
    private static final int QUOTED_BYTES = 8;
    private static final int PORTS_BYTES = 4;

    private IcmpError() {}

    /**
     * An error message to the sender of {@code cause}, both checksums computed.
     *
     * @param src address of this system to send from
     * @param type one of the error types of {@link IcmpHeader}
     * @param code code within the type
     * @param rest second word of the header: next-hop MTU when the code is "fragmentation needed", pointer in the high byte of a
     *     parameter problem, else 0
     * @param cause packet with a header that {@link Ipv4Header#check} accepts
     * @return empty when RFC 1122 forbids it: about another ICMP error, a fragment other than the first, a packet to
     * many receivers, or from an address that is not one host
     */
    public static Optional<byte[]> build(
            final int src, final int type, final int code, final int rest, final Mbuf cause) {
        final Ipv4Header bad = new Ipv4Header().wrap(cause.data(), cause.offset(), cause.length());
        if (!mayReport(cause)) {
            return Optional.empty();
        }
        final int quoted = Math.min(bad.totalLength(), bad.headerLength() + QUOTED_BYTES);
        final byte[] packet = new byte[Ipv4Header.MIN_LENGTH + IcmpHeader.LENGTH + quoted];
        System.arraycopy(cause.data(), cause.offset(), packet, packet.length - quoted, quoted);
        final Ipv4Header ip = new Ipv4Header().wrap(packet, 0, packet.length);
        ip.init(IpProto.ICMP, src, bad.src(), packet.length).putChecksum();
        new IcmpHeader().wrap(ip).init(type, code, rest >>> 16, rest & 0xffff).putChecksum();
        return Optional.of(packet);
    }

    /** True when RFC 1122 section 3.2.2 allows an error message about {@code cause}, which has a whole header; see {@link #build}. */
    public static boolean mayReport(final Mbuf cause) {
        final Ipv4Header bad = new Ipv4Header().wrap(cause.data(), cause.offset(), cause.length());
        return bad.check()
                && bad.fragmentOffset() == 0
                && Ipv4Address.isUnicast(bad.src())
                && Ipv4Address.isUnicast(bad.dst())
                && !isAboutError(bad);
    }

    private static boolean isAboutError(final Ipv4Header bad) {
        return bad.proto() == IpProto.ICMP
                && (bad.payloadLength() < 1 || IcmpHeader.isError(NetOrder.getByte(bad.data(), bad.payloadOffset())));
    }

    /**
     * The flow that an error message is about, in the direction of the packet that caused it: {@code src} is the end
     * that is told. Its flow hash leads to the CPU that owns the flow.
     *
     * @param error an ICMP packet with a header that {@link Ipv4Header#check} accepts; its checksum is not looked at
     * @return empty when it is not an error message, or quotes too little, or neither TCP nor UDP
     */
    public static Optional<FlowKey> quotedFlow(final Mbuf error) {
        return body(error).flatMap(IcmpError::readFlow);
    }

    /**
     * What an error message says, for the endpoint that it is about.
     *
     * @param error as for {@link #quotedFlow}
     * @return empty when it is not an error message, or quotes too little, or neither TCP nor UDP
     */
    public static Optional<IcmpNotice> notice(final Mbuf error) {
        final Optional<Mbuf> quote = body(error);
        return quote.flatMap(IcmpError::readFlow).map(flow -> {
            final Ipv4Header outer = new Ipv4Header().wrap(error.data(), error.offset(), error.length());
            final IcmpHeader icmp = new IcmpHeader().wrap(outer);
            final Mbuf inner = quote.get();
            final Ipv4Header ip = new Ipv4Header().wrap(inner.data(), inner.offset(), inner.length());
            final int ports = ip.payloadOffset() - inner.offset();
            final int seq = inner.length() - ports >= QUOTED_BYTES
                    ? NetOrder.getInt(inner.data(), ip.payloadOffset() + PORTS_BYTES)
                    : 0;
            return new IcmpNotice(icmp.type(), icmp.code(), icmp.seq(), flow, seq, ip.totalLength());
        });
    }

    private static Optional<Mbuf> body(final Mbuf error) {
        final Ipv4Header ip = new Ipv4Header().wrap(error.data(), error.offset(), error.length());
        if (!ip.check() || ip.isFragment() || ip.proto() != IpProto.ICMP || ip.payloadLength() < IcmpHeader.LENGTH) {
            return Optional.empty();
        }
        final IcmpHeader icmp = new IcmpHeader().wrap(ip);
        return IcmpHeader.isError(icmp.type())
                ? Optional.of(
                        new Mbuf(error.data(), icmp.bodyOffset(), icmp.bodyLength(), error.rcvif(), error.rcvNs()))
                : Optional.empty();
    }

    private static Optional<FlowKey> readFlow(final Mbuf quote) {
        if (quote.length() < Ipv4Header.MIN_LENGTH) {
            return Optional.empty();
        }
        final Ipv4Header ip = new Ipv4Header().wrap(quote.data(), quote.offset(), quote.length());
        final boolean ported = ip.proto() == IpProto.TCP || ip.proto() == IpProto.UDP;
        final boolean readable = ip.version() == 4
                && ip.headerLength() >= Ipv4Header.MIN_LENGTH
                && ip.headerLength() + PORTS_BYTES <= quote.length()
                && ip.fragmentOffset() == 0;
        if (!ported || !readable) {
            return Optional.empty();
        }
        final int ports = NetOrder.getInt(ip.data(), ip.payloadOffset());
        return Optional.of(new FlowKey(ip.src(), ports >>> 16, ip.dst(), ports & 0xffff, ip.proto()));
    }
}
