package odonata.protocol.tcp.machine;

import odonata.protocol.flow.FlowKey;
import odonata.protocol.flow.SipHash;
import odonata.protocol.tcp.TcpSeq;

/**
 * Initial sequence numbers: a clock of 4 us plus a secret function of the connection's four values, so that nobody else
 * can guess them and an incarnation lies above the one before. Source: RFC 6528 section 3.
 */
public final class IssGenerator {
    private static final long CLOCK_US = 4;

    private final long k0;
    private final long k1;

    /** Under a 128-bit secret, chosen at random at boot. */
    public IssGenerator(final long k0, final long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /** Initial sequence number for a connection from {@code flow.src} (ours) to {@code flow.dst}. */
    public int next(final FlowKey flow, final long nowUs) {
        final long addresses = ((flow.src() & 0xffff_ffffL) << 32) | (flow.dst() & 0xffff_ffffL);
        final long ports = ((long) flow.sport() << 16) | flow.dport();
        return (int) (nowUs / CLOCK_US) + (int) SipHash.of(k0, k1, addresses, ports);
    }

    /** The same for a flow whose last incarnation used numbers up to {@code floor}. */
    public int nextAbove(final FlowKey flow, final long nowUs, final int floor) {
        final int iss = next(flow, nowUs);
        return TcpSeq.gt(iss, floor) ? iss : floor + 1;
    }
}
