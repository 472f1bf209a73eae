package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockCall.Close;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.actors.tcp.TcpHost.Result;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.machine.TcpState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketCloseTest {
    private final OneHost one = new OneHost(4);
    private final Caller client = one.client;
    private final Caller server = one.server;

    @AfterEach
    void close() {
        one.end();
        one.close();
    }

    @Test
    void shouldReturnAtOnceAndKeepTimeWaitInTheTable() {
        final int[] pair = one.pair(80);
        client.send(pair[0], "abc");
        client.close(pair[0]);
        assertThat(server.recv(pair[1], 10)).isEqualTo("abc");
        server.close(pair[1]);
        one.pass(1_000);
        assertThat(one.host.connections()).singleElement().satisfies(so -> assertThat(so.tcb.state())
                .isEqualTo(TcpState.TIME_WAIT));
        assertThat(client.error(new Close(pair[0]))).isEqualTo(NetError.EBADF);
        one.pass(60_000);
        assertThat(one.host.connections()).isEmpty();
    }

    @Test
    void shouldResetWhatIsNotRead() {
        final int[] pair = one.pair(80);
        client.send(pair[0], "abc");
        one.pass(100);
        server.close(pair[1]);
        one.pass(100);
        assertThat(client.error(SockCall.Recv.of(pair[0], 1))).isEqualTo(NetError.ECONNRESET);
        assertThat(one.host.connections()).isEmpty();
    }

    @Test
    void shouldResetAtOnceWithLinger0() {
        final int[] pair = one.pair(80);
        client.ok(new SockCall.Setsockopt(pair[0], SockOpt.SO_LINGER, 0));
        client.close(pair[0]);
        one.pass(100);
        assertThat(one.host.connections()).isEmpty();
        assertThat(server.error(SockCall.Recv.of(pair[1], 1))).isEqualTo(NetError.ECONNRESET);
    }

    @Test
    void shouldWaitWithLingerUntilThePeerHasAll() {
        final int[] pair = one.pair(80);
        client.ok(new SockCall.Setsockopt(pair[0], SockOpt.SO_LINGER, 30));
        client.ok(SockCall.Send.of(pair[0], new byte[80_000]));
        final Result<Void> result = client.begin(new Close(pair[0]));
        one.pass(5_000);
        assertThat(result.done).isFalse();
        int read = 0;
        while (read < 80_000) {
            read += server.ok(SockCall.Recv.of(pair[1], 65_536)).length;
        }
        one.pass(1_000);
        assertThat(result.done).as("the peer has all, whether it closes or not").isTrue();
        server.close(pair[1]);
    }

    @Test
    void shouldLingerNoLongerThanAsked() {
        final int[] pair = one.pair(80);
        client.ok(new SockCall.Setsockopt(pair[0], SockOpt.SO_LINGER, 3));
        client.ok(SockCall.Send.of(pair[0], new byte[80_000]));
        final Result<Void> result = client.begin(new Close(pair[0]));
        one.pass(2_900);
        assertThat(result.done).isFalse();
        one.pass(200);
        assertThat(result.done).isTrue();
    }

    @Test
    void shouldEndThoseWhoWait() {
        final int[] pair = one.pair(80);
        final Result<byte[]> result = client.begin(SockCall.Recv.of(pair[0], 1));
        one.pass(10);
        client.close(pair[0]);
        one.pass(10);
        assertThat(result.error).isEqualTo(NetError.EBADF);
    }
}
