package odonata.actors.socket;

import odonata.protocol.ip.Ipv4Address;

/**
 * An end of a socket ({@code sockaddr_in}).
 *
 * @param addr IPv4 address, first octet in the high byte; {@link #ANY} for any of this system's
 * @param port port {@code 0..65535}; 0: none, or any
 */
public record SockAddr(int addr, int port) {
    /** Any address of this system. */
    public static final int ANY = 0;

    /** Rejects a port that no header can carry. */
    public SockAddr {
        if ((port & ~0xffff) != 0) {
            throw new IllegalArgumentException("port=" + port);
        }
    }

    /** An address in dotted form. */
    public static SockAddr of(final String addr, final int port) {
        return new SockAddr(Ipv4Address.parse(addr), port);
    }

    /** A port at any address of this system. */
    public static SockAddr any(final int port) {
        return new SockAddr(ANY, port);
    }

    @Override
    public String toString() {
        return Ipv4Address.format(addr) + ":" + port;
    }
}
