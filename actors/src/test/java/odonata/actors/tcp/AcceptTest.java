package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockCall.Accept;
import odonata.actors.socket.SockCall.Accepted;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.actors.tcp.TcpHost.Result;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AcceptTest {
    private final OneHost one = new OneHost(4);
    private final Caller server = one.server;
    private final Caller client = one.client;

    @AfterEach
    void close() {
        one.end();
        one.close();
    }

    @Test
    void shouldWaitAndServeThoseWhoWaitInTheirOrder() {
        final int listening = server.listen(83, 5);
        final List<Result<Accepted>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(server.begin(new Accept(listening)));
        }
        one.pass(10);
        assertThat(waiting).noneMatch(result -> result.done);
        for (int i = 0; i < 3; i++) {
            final int fd = client.connect(OneHost.ME, 83);
            one.pass(10);
            assertThat(waiting.get(i).done).isTrue();
            assertThat(waiting.get(i).value.peer().port())
                    .isEqualTo(client.ok(new SockCall.Getsockname(fd)).port());
            assertThat(waiting.subList(i + 1, 3)).noneMatch(result -> result.done);
        }
    }

    @Test
    void shouldNotWaitWhenNonblocking() {
        final int listening = server.listen(83, 5);
        server.ok(new SockCall.SetNonblock(listening, true));
        assertThat(server.error(new Accept(listening))).isEqualTo(NetError.EAGAIN);
    }

    @Test
    void shouldRefuseASocketThatDoesNotListen() {
        assertThat(server.error(new Accept(server.socket()))).isEqualTo(NetError.EINVAL);
        assertThat(server.error(new Accept(77))).isEqualTo(NetError.EBADF);
    }

    @Test
    void shouldEndWithEintrWhenAborted() {
        final int listening = server.listen(83, 5);
        final Result<Accepted> result = server.begin(new Accept(listening));
        one.pass(10);
        server.abort(result);
        one.pass(10);
        assertThat(result.error).isEqualTo(NetError.EINTR);
        client.connect(OneHost.ME, 83);
        server.accept(listening);
    }

    @Test
    void shouldEndWithEbadfWhenTheListenerIsClosed() {
        final int listening = server.listen(83, 5);
        final Result<Accepted> result = server.begin(new Accept(listening));
        one.pass(10);
        server.close(listening);
        one.pass(10);
        assertThat(result.error).isEqualTo(NetError.EBADF);
    }

    /** Options of the listener are the connection's; its names are those of the connection. */
    @Test
    void shouldInheritOptionsAndNames() {
        final int listening = server.listen(83, 5);
        server.ok(new SockCall.Setsockopt(listening, SockOpt.TCP_NODELAY, 1));
        server.ok(new SockCall.Setsockopt(listening, SockOpt.SO_RCVBUF, 9_999));
        client.connect(OneHost.ME, 83);
        final int fd = server.accept(listening);
        assertThat(server.ok(new SockCall.Getsockopt(fd, SockOpt.TCP_NODELAY))).isEqualTo(1);
        assertThat(server.ok(new SockCall.Getsockopt(fd, SockOpt.SO_RCVBUF))).isEqualTo(9_999);
        assertThat(server.ok(new SockCall.Getsockname(fd))).isEqualTo(SockAddr.of(OneHost.ME, 83));
        assertThat(server.ok(new SockCall.Getsockopt(listening, SockOpt.SO_ACCEPTCONN)))
                .isEqualTo(1);
        assertThat(server.ok(new SockCall.Getsockopt(fd, SockOpt.SO_ACCEPTCONN)))
                .isZero();
    }
}
