package odonata.actors.socket;

/**
 * Control block of a UDP endpoint ({@code inpcb}). Immutable: an operation that changes it makes another; sending does not.
 *
 * @param laddr own address, 0 for any of this system's
 * @param lport own port, {@code 1..65535}
 * @param faddr the peer of a connected endpoint, 0 for none
 * @param fport its port, 0 for none
 */
public record UdpPcb(int laddr, int lport, int faddr, int fport) {

    /** Rejects ports that no datagram can carry. */
    public UdpPcb {
        if (lport < 1 || lport > 0xffff || (fport & ~0xffff) != 0) {
            throw new IllegalArgumentException("lport=" + lport + " fport=" + fport);
        }
    }

    /** An endpoint that takes datagrams from anybody to any of this system's addresses. */
    public static UdpPcb wildcard(final int lport) {
        return new UdpPcb(0, lport, 0, 0);
    }

    /** True when datagrams from anybody are for it. */
    public boolean isWildcard() {
        return laddr == 0 && faddr == 0 && fport == 0;
    }
}
