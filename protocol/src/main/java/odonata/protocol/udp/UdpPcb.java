package odonata.protocol.udp;

import java.util.List;

/**
 * Control block of a UDP endpoint ({@code inpcb}). Immutable: an operation that changes it makes another; sending does not (I46).
 *
 * @param socket number of its socket in the cluster: the CPU that has the socket in the high half, which one in the low
 * @param laddr own address, 0 for any of this system's
 * @param lport own port, {@code 1..65535}; 0 while it has none
 * @param faddr the peer of a connected endpoint, 0 for none
 * @param fport its port, 0 for none
 * @param reusePort SO_REUSEPORT: shares its address and port with others that say so too; each flow goes to one of them
 * @param groups multicast groups that it has joined
 */
public record UdpPcb(long socket, int laddr, int lport, int faddr, int fport, boolean reusePort, List<Integer> groups) {
    /** Largest port. */
    public static final int MAX_PORT = 0xffff;

    /** Groups that one endpoint may join. */
    public static final int MAX_GROUPS = 20;

    /** Rejects ports that no datagram can carry. */
    public UdpPcb {
        if ((lport & ~MAX_PORT) != 0 || (fport & ~MAX_PORT) != 0 || (faddr == 0) != (fport == 0)) {
            throw new IllegalArgumentException("lport=" + lport + " faddr=" + faddr + " fport=" + fport);
        }
        if (groups.size() > MAX_GROUPS) {
            throw new IllegalArgumentException("groups=" + groups.size() + " exceeds " + MAX_GROUPS);
        }
        groups = List.copyOf(groups);
    }

    /** The number of the {@code n}th socket of {@code cpu}. */
    public static long socketOf(final int cpu, final int n) {
        return ((long) cpu << 32) | n;
    }

    /** An endpoint without a name. */
    public static UdpPcb unbound(final long socket) {
        return new UdpPcb(socket, 0, 0, 0, 0, false, List.of());
    }

    /** CPU that has the socket. */
    public int home() {
        return (int) (socket >>> 32);
    }

    /** True when it has a peer: then it takes the peer's datagrams only. */
    public boolean isConnected() {
        return faddr != 0;
    }

    /** The same with another own name. */
    public UdpPcb bound(final int newLaddr, final int newLport, final boolean shared) {
        return new UdpPcb(socket, newLaddr, newLport, faddr, fport, shared, groups);
    }

    /** The same with a peer, or without by 0 and 0. */
    public UdpPcb connected(final int newLaddr, final int newFaddr, final int newFport) {
        return new UdpPcb(socket, newLaddr, lport, newFaddr, newFport, reusePort, groups);
    }

    /** The same in other groups. */
    public UdpPcb joined(final List<Integer> newGroups) {
        return new UdpPcb(socket, laddr, lport, faddr, fport, reusePort, newGroups);
    }
}
