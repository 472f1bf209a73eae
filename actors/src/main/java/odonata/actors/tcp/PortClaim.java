package odonata.actors.tcp;

/**
 * What a socket asks for when it wants a local port for itself or its group ({@code in_pcbbind}).
 *
 * @param laddr own address, 0 for any
 * @param lport the port; 0: to be chosen
 * @param reuseAddr SO_REUSEADDR
 * @param reusePort SO_REUSEPORT
 */
public record PortClaim(int laddr, int lport, boolean reuseAddr, boolean reusePort) {

    PortClaim withPort(final int port) {
        return new PortClaim(laddr, port, reuseAddr, reusePort);
    }

    /** True when it minds all that use the port, not only those without a peer ({@code INPLOOKUP_WILDCARD}). */
    boolean mindsAll() {
        return !reuseAddr && !reusePort;
    }

    /** True when {@code other}, which has the port, forbids it. Source: {@code in_pcbbind}. */
    boolean conflictsWith(final PortUse other) {
        if (mindsAll()) {
            return laddr == 0 || other.laddr() == 0 || laddr == other.laddr();
        }
        return !other.connected()
                && laddr == other.laddr()
                && !(reusePort && other.claim().reusePort());
    }
}
