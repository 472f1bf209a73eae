package odonata.node.launch;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.security.SecureRandom;

/** Ports that are free now, below the range from which the kernel serves connections that others make. */
public final class Ports {
    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;
    private static final int TRIES = 200;

    private Ports() {}

    /** A port that nothing is bound to at {@code address}. Somebody else may take it before the caller does. */
    public static int free(final InetAddress address) {
        final SecureRandom random = new SecureRandom();
        for (int i = 0; i < TRIES; i++) {
            final int port = FIRST + random.nextInt(COUNT);
            if (isFree(address, port)) {
                return port;
            }
        }
        throw new CommandFailure(
                1,
                "found no free port between " + FIRST + " and " + (FIRST + COUNT) + " at " + address.getHostAddress());
    }

    /** A UDP port that nothing is bound to at {@code address}. */
    public static int freeUdp(final InetAddress address) {
        final SecureRandom random = new SecureRandom();
        for (int i = 0; i < TRIES; i++) {
            final int port = FIRST + random.nextInt(COUNT);
            if (isFreeUdp(address, port)) {
                return port;
            }
        }
        throw new CommandFailure(1, "found no free UDP port at " + address.getHostAddress());
    }

    private static boolean isFreeUdp(final InetAddress address, final int port) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, port))) {
            return socket.isBound();
        } catch (SocketException e) {
            return false;
        }
    }

    /** True when the port can be bound. */
    public static boolean isFree(final InetAddress address, final int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
