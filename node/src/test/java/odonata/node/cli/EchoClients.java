package odonata.node.cli;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A process of its own, for a network namespace: connections to an echo service, held open until its standard input ends. */
final class EchoClients {
    private EchoClients() {}

    /** Address and number of connections. Prints what came back of {@code abc} and an urgent {@code !} on each, a line each. */
    public static void main(final String[] args) throws IOException {
        final List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            final Socket socket = new Socket(args[0], 7);
            sockets.add(socket);
            socket.setOOBInline(true);
            socket.getOutputStream().write("abc".getBytes(StandardCharsets.US_ASCII));
            socket.sendUrgentData('!');
            System.out.println(new String(socket.getInputStream().readNBytes(4), StandardCharsets.US_ASCII));
        }
        final int end = System.in.read();
        for (final Socket socket : sockets) {
            socket.close();
        }
        System.exit(Math.max(0, end));
    }
}
