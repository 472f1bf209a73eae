package odonata.actors.app;

import odonata.actors.app.UdpServer.Service;

/** The simple services of the Internet, UDP. */
public final class Services {
    /** Port of echo, RFC 862. */
    public static final int ECHO_PORT = 7;

    /** Port of discard, RFC 863. */
    public static final int DISCARD_PORT = 9;

    private Services() {}

    /** Sends back what comes. Not to the echo port of another host: two such servers would never stop. */
    public static Service echo() {
        return (td, socket, faddr, fport, payload) -> {
            if (fport != ECHO_PORT) {
                socket.sendTo(td, faddr, fport, payload);
            }
        };
    }

    /** Throws away what comes. */
    public static Service discard() {
        return (td, socket, faddr, fport, payload) -> {};
    }
}
