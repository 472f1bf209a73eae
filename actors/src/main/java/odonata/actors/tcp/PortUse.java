package odonata.actors.tcp;

import odonata.actors.socket.SockOpt;

/**
 * One socket's use of a local port, as the slice that keeps the port sees it.
 *
 * @param claim what it asked for
 * @param faddr address of the peer, 0 while there is none
 * @param fport port of the peer
 * @param connected true when there is a peer, known or not: then it is no obstacle to one who minds wildcards only
 */
record PortUse(TcpSocket so, PortClaim claim, int faddr, int fport, boolean connected) {

    static PortUse bound(final TcpSocket so, final int laddr, final int lport) {
        return new PortUse(so, claim(so, laddr, lport), 0, 0, false);
    }

    static PortUse connected(final TcpSocket so, final int laddr, final int faddr, final int fport) {
        return new PortUse(so, claim(so, laddr, 0), faddr, fport, true);
    }

    private static PortClaim claim(final TcpSocket so, final int laddr, final int lport) {
        return new PortClaim(laddr, lport, so.options.has(SockOpt.SO_REUSEADDR), so.options.has(SockOpt.SO_REUSEPORT));
    }

    int laddr() {
        return claim.laddr();
    }

    int lport() {
        return claim.lport();
    }

    PortUse withPort(final int port) {
        return new PortUse(so, claim.withPort(port), faddr, fport, connected);
    }

    PortUse asConnected() {
        return new PortUse(so, claim, faddr, fport, true);
    }

    boolean sameConnection(final PortUse other) {
        final boolean overlap = laddr() == other.laddr() || other.laddr() == 0;
        return !other.connected || other.faddr == 0 || (overlap && faddr == other.faddr && fport == other.fport);
    }
}
