package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockCall.How;
import odonata.actors.socket.SockCall.Shutdown;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.actors.tcp.TcpHost.Result;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShutdownTest {
    private final OneHost one = new OneHost(4);
    private final Caller client = one.client;
    private final Caller server = one.server;

    @AfterEach
    void close() {
        one.end();
        one.close();
    }

    @Test
    void shouldEndOneDirection() {
        final int[] pair = one.pair(80);
        client.send(pair[0], "abc");
        client.ok(new Shutdown(pair[0], How.SHUT_WR));
        assertThat(server.recv(pair[1], 10)).isEqualTo("abc");
        assertThat(server.recv(pair[1], 10)).isEmpty();
        server.send(pair[1], "def");
        assertThat(client.recv(pair[0], 10)).isEqualTo("def");
    }

    @Test
    void shouldWakeWhoReceives() {
        final int[] pair = one.pair(80);
        final Result<byte[]> result = client.begin(SockCall.Recv.of(pair[0], 10));
        one.pass(10);
        client.ok(new Shutdown(pair[0], How.SHUT_RD));
        one.pass(10);
        assertThat(result.error).isEqualTo(NetError.OK);
        assertThat(result.value).isEmpty();
        client.send(pair[0], "still sends");
        assertThat(server.recv(pair[1], 100)).isEqualTo("still sends");
    }

    /** {@code SS_CANTRCVMORE}: what nobody will read is taken and dropped, so that the peer's window stays open and close sends a FIN. */
    @Test
    void shouldDropWhatNobodyWillRead() {
        final int[] pair = one.pair(80);
        server.ok(new Shutdown(pair[1], How.SHUT_RD));
        final String text = "x".repeat(20_000);
        for (int i = 0; i < 10; i++) {
            client.send(pair[0], text);
        }
        one.pass(2_000);
        server.ok(new SockCall.Close(pair[1]));
        assertThat(client.recv(pair[0], 10)).isEmpty();
    }

    @Test
    void shouldRefuseWithoutAConnection() {
        assertThat(client.error(new Shutdown(client.socket(), How.SHUT_RDWR))).isEqualTo(NetError.ENOTCONN);
        assertThat(client.error(new Shutdown(server.listen(81, 1), How.SHUT_WR)))
                .isIn(NetError.ENOTCONN, NetError.EBADF);
    }
}
