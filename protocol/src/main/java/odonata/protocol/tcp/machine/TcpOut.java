package odonata.protocol.tcp.machine;

import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpOptionsWriter;
import odonata.protocol.tcp.buf.SendBuffer;

/**
 * A segment to send. The machine owns it and fills it anew for each segment; the receiver copies it out with
 * {@link #packet} while it is handed over.
 */
public final class TcpOut {
    static final int ECN_MASK = 3;
    private static final int ECT_0 = 2;

    final TcpOptionsWriter options = new TcpOptionsWriter();
    int sport;
    int dport;
    int seq;
    int ack;
    int flags;
    int window;
    int urgent;
    int segmentSize;
    boolean ecnCapable;
    private SendBuffer buffer = new SendBuffer(0);
    private int from;
    private int length;

    void begin(final int segSeq, final int segAck, final int segFlags) {
        seq = segSeq;
        ack = segAck;
        flags = segFlags;
        window = 0;
        urgent = 0;
        segmentSize = 0;
        ecnCapable = false;
        options.clear();
        from = 0;
        length = 0;
    }

    void ports(final int source, final int destination) {
        sport = source;
        dport = destination;
    }

    void text(final SendBuffer source, final int offset, final int count) {
        buffer = source;
        from = offset;
        length = count;
    }

    /** Sequence number. */
    public int seq() {
        return seq;
    }

    /** Acknowledgment number; 0 without ACK. */
    public int ack() {
        return ack;
    }

    /** Control bits of {@link TcpHeader}. */
    public int flags() {
        return flags;
    }

    /** Window field, already scaled. */
    public int window() {
        return window;
    }

    /** Bytes of text. */
    public int textLength() {
        return length;
    }

    /** Text of each segment when the device must cut this one, 0 when it is one segment. */
    public int segmentSize() {
        return segmentSize;
    }

    /** The type-of-service octet of the packet, where the user wants {@code tos}: its last two bits are ECN's. */
    public int tos(final int tos) {
        return (tos & ~ECN_MASK) | (ecnCapable ? ECT_0 : 0);
    }

    /** Bytes of header, options and text. */
    public int length() {
        return TcpHeader.MIN_LENGTH + options.length() + length;
    }

    /**
     * A new array: {@code before} bytes for others, then header, options and text, with the checksum between the two addresses; without it
     * when the device must cut the segment, which makes a checksum for each piece.
     */
    public byte[] packet(final int before, final int src, final int dst) {
        final int head = before + TcpHeader.MIN_LENGTH + options.length();
        final byte[] packet = length == 0 ? new byte[head] : buffer.copyOf(head, from, length);
        final TcpHeader header = new TcpHeader().wrap(packet, before, packet.length - before);
        header.init(sport, dport, seq, ack, flags).window(window).urgent(urgent);
        header.headerLength(TcpHeader.MIN_LENGTH + options.length());
        options.copyTo(packet, before + TcpHeader.MIN_LENGTH);
        if (segmentSize == 0) {
            header.putChecksum(src, dst);
        }
        return packet;
    }
}
