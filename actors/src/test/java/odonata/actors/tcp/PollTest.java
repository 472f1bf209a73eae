package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockCall.Poll;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.actors.tcp.TcpHost.Result;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** 5.4: readiness by predicate messages. */
class PollTest {
    private static final int IN = PollFd.POLLIN;
    private static final int OUT = PollFd.POLLOUT;

    private final OneHost one = new OneHost(4);
    private final Caller client = one.client;
    private final Caller server = one.server;

    @AfterEach
    void close() {
        one.end();
        one.close();
    }

    private static int[] bits(final List<PollFd> answer) {
        return answer.stream().mapToInt(PollFd::revents).toArray();
    }

    private int now(final Caller caller, final int fd) {
        return caller.ok(new Poll(List.of(PollFd.of(fd, IN | OUT | PollFd.POLLPRI)), 0))
                .get(0)
                .revents();
    }

    @Test
    void shouldSayWhatHoldsNow() {
        final int[] pair = one.pair(80);
        assertThat(now(client, pair[0])).isEqualTo(OUT);
        server.send(pair[1], "x");
        one.pass(10);
        assertThat(now(client, pair[0])).isEqualTo(IN | OUT);
        server.close(pair[1]);
        client.recv(pair[0], 10);
        one.pass(10);
        assertThat(now(client, pair[0])).isEqualTo(IN | OUT);
        client.ok(new SockCall.Shutdown(pair[0], SockCall.How.SHUT_WR));
        one.pass(10);
        assertThat(now(client, pair[0])).isEqualTo(IN | OUT | PollFd.POLLHUP);
        assertThat(now(client, client.socket())).isZero();
        assertThat(now(client, 99)).isEqualTo(PollFd.POLLNVAL);
        assertThat(now(client, -1)).isZero();
    }

    @Test
    void shouldWaitForTheFirstOfSeveral() {
        final int[] a = one.pair(80);
        final int[] b = one.pair(81);
        final int listening = server.listen(82, 5);
        final Result<List<PollFd>> result =
                server.begin(new Poll(List.of(PollFd.of(a[1], IN), PollFd.of(b[1], IN), PollFd.of(listening, IN)), -1));
        one.pass(1_000);
        assertThat(result.done).isFalse();
        client.send(b[0], "x");
        server.host.await(result);
        assertThat(bits(result.value)).containsExactly(0, IN, 0);
        client.connect(OneHost.ME, 82);
        one.pass(10);
        assertThat(bits(server.ok(new Poll(List.of(PollFd.of(a[1], IN), PollFd.of(listening, IN)), -1))))
                .containsExactly(0, IN);
        assertThat(one.host.pendingCalls()).isZero();
    }

    @Test
    void shouldEndWhenTheTimeIsUp() {
        final int[] pair = one.pair(80);
        final long begin = one.conductor.nowNs();
        assertThat(bits(client.ok(new Poll(List.of(PollFd.of(pair[0], IN)), 5_000_000_000L))))
                .containsExactly(0);
        assertThat(one.conductor.nowNs() - begin).isBetween(5_000_000_000L, 5_010_000_000L);
        assertThat(one.host.pendingCalls()).isZero();
    }

    @Test
    void shouldEndWithEintrWhenAborted() {
        final int[] pair = one.pair(80);
        final Result<List<PollFd>> result = client.begin(new Poll(List.of(PollFd.of(pair[0], IN)), -1));
        one.pass(10);
        client.abort(result);
        one.pass(10);
        assertThat(result.error).isEqualTo(NetError.EINTR);
        assertThat(one.host.pendingCalls()).isZero();
    }

    @Test
    void shouldSayWhenThereIsRoomAgain() {
        final int[] pair = one.pair(80);
        client.ok(new SockCall.SetNonblock(pair[0], true));
        while (client.call(SockCall.Send.of(pair[0], new byte[50_000])).error == NetError.OK) {
            one.pass(200);
        }
        final Result<List<PollFd>> result = client.begin(new Poll(List.of(PollFd.of(pair[0], OUT)), -1));
        one.pass(1_000);
        assertThat(result.done).isFalse();
        server.ok(SockCall.Recv.of(pair[1], 60_000));
        server.host.await(result);
        assertThat(bits(result.value)).containsExactly(OUT);
    }

    @Test
    void shouldShowAnError() {
        final int[] pair = one.pair(80);
        server.ok(new SockCall.Setsockopt(pair[1], SockOpt.SO_LINGER, 0));
        server.close(pair[1]);
        one.pass(10);
        assertThat(now(client, pair[0])).isEqualTo(IN | OUT | PollFd.POLLERR | PollFd.POLLHUP);
    }
}
