package odonata.protocol.tcp;

import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;

/**
 * Builds whole IP packets that carry one TCP segment each. Every field keeps its value from one packet to the next.
 *
 * <p>Thread: one owner. What {@link #build} returns belongs to the caller.
 */
public final class TcpSegment {
    private static final byte[] NONE = new byte[0];

    private final FlowKey flow;
    private final TcpOptionsWriter options = new TcpOptionsWriter();
    private int seq;
    private int ack;
    private int flags;
    private int window = 65_535;
    private int urgent;
    private int ident;
    private byte[] payload = NONE;
    private int payloadOffset;
    private int payloadLength;

    private TcpSegment(final FlowKey flow) {
        this.flow = flow;
    }

    /** Segments from {@code flow.src} to {@code flow.dst}; its protocol number is not looked at. */
    public static TcpSegment of(final FlowKey flow) {
        return new TcpSegment(flow);
    }

    /** Sequence number. */
    public TcpSegment seq(final int value) {
        seq = value;
        return this;
    }

    /** Acknowledgment number; does not set the ACK flag. */
    public TcpSegment ack(final int value) {
        ack = value;
        return this;
    }

    /** Control bits of {@link TcpHeader}. */
    public TcpSegment flags(final int value) {
        flags = value;
        return this;
    }

    /** Window field, 65535 unless set. */
    public TcpSegment window(final int value) {
        window = value;
        return this;
    }

    /** Urgent pointer. */
    public TcpSegment urgent(final int value) {
        urgent = value;
        return this;
    }

    /** IP identification. */
    public TcpSegment ident(final int value) {
        ident = value;
        return this;
    }

    /** The options, to be cleared and written by the caller; none at first. */
    public TcpOptionsWriter options() {
        return options;
    }

    /** Payload; read when {@link #build} is called. */
    public TcpSegment payload(final byte... bytes) {
        return payload(bytes, 0, bytes.length);
    }

    /** Payload of {@code length} bytes from {@code offset}; read when {@link #build} is called. */
    public TcpSegment payload(final byte[] bytes, final int offset, final int length) {
        payload = bytes;
        payloadOffset = offset;
        payloadLength = length;
        return this;
    }

    /** A new packet, both checksums computed, with DF set. */
    public byte[] build() {
        final int tcpLength = TcpHeader.MIN_LENGTH + options.length() + payloadLength;
        final byte[] packet = new byte[Ipv4Header.MIN_LENGTH + tcpLength];
        final Ipv4Header ip = new Ipv4Header().wrap(packet, 0, packet.length);
        ip.init(IpProto.TCP, flow.src(), flow.dst(), packet.length)
                .ident(ident)
                .fragment(Ipv4Header.DF, 0)
                .putChecksum();
        final TcpHeader tcp = new TcpHeader().wrap(packet, Ipv4Header.MIN_LENGTH, tcpLength);
        tcp.init(flow.sport(), flow.dport(), seq, ack, flags).window(window).urgent(urgent);
        tcp.headerLength(TcpHeader.MIN_LENGTH + options.length());
        options.copyTo(packet, Ipv4Header.MIN_LENGTH + TcpHeader.MIN_LENGTH);
        System.arraycopy(payload, payloadOffset, packet, packet.length - payloadLength, payloadLength);
        tcp.putChecksum(flow.src(), flow.dst());
        return packet;
    }
}
