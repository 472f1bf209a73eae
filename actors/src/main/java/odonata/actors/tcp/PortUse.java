package odonata.actors.tcp;

import odonata.actors.socket.SockOpt;

/**
 * One socket's use of a local port, as the slice that keeps the port sees it.
 *
 * @param laddr own address, 0 for any
 * @param lport the port; 0: to be chosen
 * @param faddr address of the peer, 0 while there is none
 * @param fport port of the peer
 * @param connected true when there is a peer, known or not: then it is no obstacle to one who minds wildcards only
 */
record PortUse(
        TcpSocket so,
        int laddr,
        int lport,
        int faddr,
        int fport,
        boolean reuseAddr,
        boolean reusePort,
        boolean connected) {

    static PortUse bound(final TcpSocket so, final int laddr, final int lport) {
        return new PortUse(
                so,
                laddr,
                lport,
                0,
                0,
                so.options.has(SockOpt.SO_REUSEADDR),
                so.options.has(SockOpt.SO_REUSEPORT),
                false);
    }

    static PortUse connected(final TcpSocket so, final int laddr, final int faddr, final int fport) {
        return new PortUse(
                so,
                laddr,
                0,
                faddr,
                fport,
                so.options.has(SockOpt.SO_REUSEADDR),
                so.options.has(SockOpt.SO_REUSEPORT),
                true);
    }

    PortUse withPort(final int port) {
        return new PortUse(so, laddr, port, faddr, fport, reuseAddr, reusePort, connected);
    }

    PortUse asConnected() {
        return new PortUse(so, laddr, lport, faddr, fport, reuseAddr, reusePort, true);
    }

    /** True when it minds all that use the port, not only those without a peer ({@code INPLOOKUP_WILDCARD}). */
    boolean mindsAll() {
        return !reuseAddr && !reusePort;
    }

    /** True when {@code other}, which has the port, forbids this one to have it. Source: {@code in_pcbbind}. */
    boolean conflictsWith(final PortUse other) {
        if (mindsAll()) {
            return laddr == 0 || other.laddr == 0 || laddr == other.laddr;
        }
        return !other.connected && laddr == other.laddr && !(reusePort && other.reusePort);
    }

    boolean sameConnection(final PortUse other) {
        final boolean overlap = laddr == other.laddr || other.laddr == 0;
        return !other.connected || other.faddr == 0 || (overlap && faddr == other.faddr && fport == other.fport);
    }
}
