package odonata.protocol.tcp.syn;

import java.util.Optional;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.flow.SipHash;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpOptionsWriter;

/**
 * Initial sequence numbers that say what the SYN said, so that the handshake's last ACK is enough to open a connection that nobody remembers
 * (RFC 4987 section 3.6, reference 5.8).
 *
 * <pre>
 * 31                              11 10       7 6     5 4            0
 * +--------------------------------+-----------+-------+--------------+
 * |    keyed hash of all of it     | scale     | MSS   | secret       |
 * +--------------------------------+-----------+-------+--------------+
 * </pre>
 *
 * <p>The lower bits are masked by the hash of the connection. The secret is one of {@value #SECRETS} that are in use at a time, a new one every half
 * second: a cookie is good for 16 s. The peer's window shift is carried because the SYN,ACK has agreed to it; {@value #NO_SCALE}: it did not. Timestamps are
 * in use if the ACK carries them. SACK is forgotten.
 */
public final class SynCookies {
    /** Secrets in use at a time. */
    static final int SECRETS = 32;

    /** Stands for a peer that does not scale. */
    static final int NO_SCALE = 15;

    private static final long SLOT_US = 500_000;

    /** How long a cookie is good. */
    public static final long LIFETIME_US = SECRETS * SLOT_US;

    private static final int[] MSS = {0, 536, 1_460, 8_960};
    private static final int DATA_BITS = 11;
    private static final int DATA_MASK = (1 << DATA_BITS) - 1;

    private final long k0;
    private final long k1;

    /** Under a 128-bit secret. */
    public SynCookies(final long k0, final long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /**
     * The cookie for a SYN.
     *
     * @param flow own end first
     * @param irs the peer's initial sequence number
     * @param mss segment size that the peer announced, 0 for none
     * @param scale window shift that the peer announced, -1 for none
     */
    public int make(final FlowKey flow, final int irs, final int mss, final int scale, final long nowUs) {
        final long slot = nowUs / SLOT_US;
        int mssClass = MSS.length - 1;
        while (MSS[mssClass] > mss) {
            mssClass--;
        }
        final int data = (int) (slot % SECRETS) | mssClass << 5 | (scale < 0 ? NO_SCALE : scale) << 7;
        return cookie(flow, irs, data, slot);
    }

    /**
     * The SYN that an ACK says was received: a header with options; empty when the cookie is none of ours, or too old.
     *
     * @param ack the ACK of the handshake
     * @param tsVal timestamp in it
     * @param timestamps whether it has one
     */
    public Optional<byte[]> open(
            final FlowKey flow, final TcpHeader ack, final boolean timestamps, final int tsVal, final long nowUs) {
        final int irs = ack.seq() - 1;
        final int iss = ack.ack() - 1;
        final int data = (iss ^ mask(flow, irs)) & DATA_MASK;
        final long now = nowUs / SLOT_US;
        final long slot = now - Math.floorMod(now - data % SECRETS, (long) SECRETS);
        if (slot < 0 || cookie(flow, irs, data, slot) != iss) {
            return Optional.empty();
        }
        return Optional.of(syn(flow, irs, data, ack.window(), timestamps, tsVal));
    }

    private static byte[] syn(
            final FlowKey flow,
            final int irs,
            final int data,
            final int window,
            final boolean timestamps,
            final int tsVal) {
        final TcpOptionsWriter options = new TcpOptionsWriter();
        final int mss = MSS[data >> 5 & 3];
        final int scale = data >> 7;
        if (mss > 0) {
            options.mss(mss);
        }
        if (scale != NO_SCALE) {
            options.windowScale(scale);
        }
        if (timestamps) {
            options.timestamps(tsVal, 0);
        }
        final byte[] segment = new byte[TcpHeader.MIN_LENGTH + options.length()];
        final TcpHeader header = new TcpHeader().wrap(segment, 0, segment.length);
        header.init(flow.dport(), flow.sport(), irs, 0, TcpHeader.SYN).window(window);
        header.headerLength(segment.length);
        options.copyTo(segment, TcpHeader.MIN_LENGTH);
        return segment;
    }

    private int cookie(final FlowKey flow, final int irs, final int data, final long slot) {
        final long peer = ((flow.dst() & 0xffff_ffffL) << 32) | (irs & 0xffff_ffffL);
        final long rest = ((long) flow.src() << 32) ^ ((long) flow.sport() << 16 | flow.dport());
        final long secret = SipHash.of(k0, k1, slot, data);
        final int hash = (int) SipHash.of(secret, k1 ^ slot, peer, rest);
        return (hash & ~DATA_MASK) | ((data ^ mask(flow, irs)) & DATA_MASK);
    }

    private int mask(final FlowKey flow, final int irs) {
        final long peer = ((flow.dst() & 0xffff_ffffL) << 32) | (irs & 0xffff_ffffL);
        return (int) SipHash.of(k1, k0, peer, (long) flow.sport() << 16 | flow.dport());
    }
}
