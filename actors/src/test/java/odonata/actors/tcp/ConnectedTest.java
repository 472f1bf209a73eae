package odonata.actors.tcp;

import odonata.actors.tcp.TcpHost.Caller;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests of a connection between two processes of one host; when each ends, nothing of it may be left. */
abstract class ConnectedTest {
    final OneHost one = new OneHost(4);
    final Caller client = one.client;
    final Caller server = one.server;
    /** The client's descriptor. */
    int out;
    /** The server's. */
    int in;

    @BeforeEach
    void connect() {
        final int[] pair = one.pair(80);
        out = pair[0];
        in = pair[1];
    }

    @AfterEach
    void close() {
        one.end();
        one.close();
    }
}
