package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockCall.Recv;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Result;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Test;

class RecvTest extends ConnectedTest {
    @Test
    void shouldWaitForBytes() {
        final Result<byte[]> result = server.begin(Recv.of(in, 10));
        one.pass(100);
        assertThat(result.done).isFalse();
        client.send(out, "abc");
        server.host.await(result);
        assertThat(result.value).containsExactly('a', 'b', 'c');
    }

    @Test
    void shouldNotWaitWhenItMayNot() {
        assertThat(server.error(new Recv(in, 10, Set.of(MsgFlag.MSG_DONTWAIT)))).isEqualTo(NetError.EAGAIN);
        server.ok(new SockCall.SetNonblock(in, true));
        assertThat(server.ok(new SockCall.GetNonblock(in))).isTrue();
        assertThat(server.error(Recv.of(in, 10))).isEqualTo(NetError.EAGAIN);
    }

    @Test
    void shouldLeaveWhatItPeeks() {
        client.send(out, "abc");
        assertThat(server.ok(new Recv(in, 2, Set.of(MsgFlag.MSG_PEEK)))).containsExactly('a', 'b');
        assertThat(server.recv(in, 10)).isEqualTo("abc");
    }

    @Test
    void shouldWaitForAllThatWasAskedForOrTheEnd() {
        final Result<byte[]> result = server.begin(new Recv(in, 6, Set.of(MsgFlag.MSG_WAITALL)));
        client.send(out, "abc");
        one.pass(1_000);
        assertThat(result.done).isFalse();
        client.send(out, "defgh");
        server.host.await(result);
        assertThat(result.value).hasSize(6);
        final Result<byte[]> rest = server.begin(new Recv(in, 6, Set.of(MsgFlag.MSG_WAITALL)));
        client.ok(new SockCall.Shutdown(out, SockCall.How.SHUT_WR));
        server.host.await(rest);
        assertThat(rest.value).containsExactly('g', 'h');
    }

    @Test
    void shouldServeThoseWhoWaitInTheirOrder() {
        final Result<byte[]> first = server.begin(new Recv(in, 6, Set.of(MsgFlag.MSG_WAITALL)));
        client.send(out, "abc");
        one.pass(100);
        final Result<byte[]> second = server.begin(Recv.of(in, 2));
        one.pass(100);
        assertThat(second.done).as("three bytes are there, but not for it").isFalse();
        client.send(out, "defgh");
        server.host.await(second);
        assertThat(new String(first.value, StandardCharsets.US_ASCII)).isEqualTo("abcdef");
        assertThat(new String(second.value, StandardCharsets.US_ASCII)).isEqualTo("gh");
    }

    @Test
    void shouldGiveTheEndAgainAndAgain() {
        client.send(out, "abc");
        client.close(out);
        one.pass(100);
        assertThat(server.recv(in, 10)).isEqualTo("abc");
        assertThat(server.recv(in, 10)).isEmpty();
        assertThat(server.recv(in, 10)).isEmpty();
    }

    @Test
    void shouldGiveWhatIsThereThenTheErrorOnceThenTheEnd() {
        client.send(out, "abc");
        one.pass(100);
        client.ok(new SockCall.Setsockopt(out, SockOpt.SO_LINGER, 0));
        client.close(out);
        one.pass(100);
        assertThat(server.recv(in, 10)).isEqualTo("abc");
        assertThat(server.error(Recv.of(in, 10))).isEqualTo(NetError.ECONNRESET);
        assertThat(server.recv(in, 10)).isEmpty();
    }

    @Test
    void shouldEndWithEintrWhenAbortedAndLoseNothing() {
        final Result<byte[]> result = server.begin(Recv.of(in, 10));
        one.pass(10);
        server.abort(result);
        client.send(out, "abc");
        one.pass(100);
        assertThat(result.done).isTrue();
        if (result.error == NetError.EINTR) {
            assertThat(server.recv(in, 10)).isEqualTo("abc");
        } else {
            assertThat(result.value).hasSize(3);
        }
    }

    @Test
    void shouldRefuseWithoutAConnectionAndUrgentData() {
        assertThat(client.error(Recv.of(client.socket(), 1))).isEqualTo(NetError.ENOTCONN);
        assertThat(client.error(new Recv(out, 1, Set.of(MsgFlag.MSG_OOB)))).isEqualTo(NetError.EINVAL);
    }

    @Test
    void shouldFindThePeerDeadByKeepalive() {
        final int listening = server.listen(81, 5);
        final Peer peer = new Peer(one, 4_000, 81);
        peer.syn(1_000);
        one.pass(1);
        peer.ack(1_001, peer.iss() + 1);
        final int fd = server.accept(listening);
        server.ok(new SockCall.Setsockopt(fd, SockOpt.TCP_KEEPIDLE, 10_000));
        server.ok(new SockCall.Setsockopt(fd, SockOpt.TCP_KEEPINTVL, 1_000));
        server.ok(new SockCall.Setsockopt(fd, SockOpt.TCP_KEEPCNT, 3));
        server.ok(new SockCall.Setsockopt(fd, SockOpt.SO_KEEPALIVE, 1));
        final Result<byte[]> result = server.call(Recv.of(fd, 10));
        assertThat(result.error).isEqualTo(NetError.ETIMEDOUT);
    }
}
