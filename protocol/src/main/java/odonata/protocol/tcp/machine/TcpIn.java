package odonata.protocol.tcp.machine;

import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpOptions;

/**
 * A segment that arrived, its options parsed. The machine trims it while it goes through the steps. Reusable.
 *
 * <p>Thread: one owner. The text stays in the array of the header it was read from, which must not change before
 * {@link TcpMachine#input} has returned.
 */
public final class TcpIn {
    static final int MAX_SACK_BLOCKS = 4;

    private final TcpOptions options = new TcpOptions();
    final int[] sackEdges = new int[2 * MAX_SACK_BLOCKS];

    int seq;
    int ack;
    int flags;
    int window;
    /** The segment came with a SYN, so that its window is not scaled (RFC 7323 section 2.2). */
    boolean unscaled;

    int urgent;
    byte[] data = new byte[0];
    int offset;
    int length;
    /** Segment size announced, 0 when none is. */
    int mss;
    /** Shift announced, -1 when none is. */
    int windowScale;

    boolean sackPermitted;
    boolean timestamps;
    int tsVal;
    int tsEcr;
    int sackBlocks;
    boolean congestionExperienced;

    /** Reads a segment whose lengths and checksum have been checked. */
    public TcpIn read(final TcpHeader header) {
        seq = header.seq();
        ack = header.ack();
        flags = header.flags();
        window = header.window();
        unscaled = header.has(TcpHeader.SYN);
        urgent = header.urgent();
        data = header.data();
        offset = header.payloadOffset();
        length = header.payloadLength();
        congestionExperienced = false;
        readOptions(header);
        return this;
    }

    /** The type-of-service octet of the packet: whether it says CE (RFC 3168 section 5). */
    public TcpIn tos(final int tos) {
        congestionExperienced = (tos & TcpOut.ECN_MASK) == TcpOut.ECN_MASK;
        return this;
    }

    private void readOptions(final TcpHeader header) {
        mss = 0;
        windowScale = -1;
        sackPermitted = false;
        timestamps = false;
        sackBlocks = 0;
        header.options(options);
        while (options.next()) {
            switch (options.kind()) {
                case TcpOptions.MSS -> mss = options.mss();
                case TcpOptions.WINDOW_SCALE -> windowScale = options.windowScale();
                case TcpOptions.SACK_PERMITTED -> sackPermitted = true;
                case TcpOptions.TIMESTAMPS -> readTimestamps();
                case TcpOptions.SACK -> readSack();
                default -> {}
            }
        }
    }

    private void readTimestamps() {
        timestamps = true;
        tsVal = options.tsVal();
        tsEcr = options.tsEcr();
    }

    private void readSack() {
        sackBlocks = Math.min(MAX_SACK_BLOCKS, options.sackBlocks());
        for (int i = 0; i < sackBlocks; i++) {
            sackEdges[2 * i] = options.sackLeft(i);
            sackEdges[2 * i + 1] = options.sackRight(i);
        }
    }

    boolean has(final int mask) {
        return (flags & mask) == mask;
    }

    void clear(final int mask) {
        flags &= ~mask;
    }

    /** SEG.LEN: text, SYN and FIN. */
    int segLen() {
        return length + (has(TcpHeader.SYN) ? 1 : 0) + (has(TcpHeader.FIN) ? 1 : 0);
    }

    /** SEG.WND in bytes, where the sender's shift is {@code scale}. */
    int windowBytes(final int scale) {
        return unscaled ? window : window << scale;
    }

    /** Cuts {@code count} bytes of text off the front. */
    void trimFront(final int count) {
        seq += count;
        offset += count;
        length -= count;
    }
}
