package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockCall.Received;
import odonata.actors.socket.SockCall.Recvfrom;
import odonata.actors.socket.SockCall.Sendto;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.actors.tcp.TcpHost.Result;
import odonata.protocol.errno.NetError;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** UDP behind the socket calls. */
class DatagramTest {
    private static final SockAddr SERVER = SockAddr.of(OneHost.ME, 5_000);

    private final OneHost one = new OneHost(4);
    private final Caller client = one.client;
    private final Caller server = one.server;

    @AfterEach
    void close() {
        one.end();
        one.host.stacks.forEach(
                stack -> assertThat(stack.sockets().udpSockets()).isZero());
        one.close();
    }

    private int socket(final Caller caller) {
        return caller.ok(SockCall.Socket.udp());
    }

    private int bound() {
        final int fd = socket(server);
        server.ok(new SockCall.Bind(fd, SockAddr.any(SERVER.port())));
        return fd;
    }

    private static Sendto to(final int fd, final String text, final SockAddr addr) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return new Sendto(fd, bytes, 0, bytes.length, Set.of(), addr);
    }

    private static String text(final Received received) {
        return new String(received.data(), StandardCharsets.US_ASCII);
    }

    @Test
    void shouldSendAndAnswer() {
        final int in = bound();
        final int out = socket(client);
        final Result<Received> waiting = server.begin(new Recvfrom(in, 100, Set.of()));
        one.pass(10);
        assertThat(waiting.done).isFalse();
        assertThat(client.ok(to(out, "hello", SERVER))).isEqualTo(5);
        one.host.await(waiting);
        assertThat(text(waiting.value)).isEqualTo("hello");
        final SockAddr peer = waiting.value.from();
        assertThat(peer.port())
                .isEqualTo(client.ok(new SockCall.Getsockname(out)).port());
        server.ok(to(in, "world", peer));
        final Received answer = client.ok(new Recvfrom(out, 3, Set.of(MsgFlag.MSG_PEEK)));
        assertThat(text(answer)).isEqualTo("wor");
        assertThat(answer.from()).isEqualTo(SERVER);
        assertThat(client.ok(new SockCall.Fionread(out))).isEqualTo(5);
        assertThat(client.recv(out, 100)).isEqualTo("world");
    }

    /** The rest of a datagram is lost, and the flag says so. */
    @Test
    void shouldSayWhatWasCut() {
        final int in = bound();
        final int out = socket(client);
        client.ok(to(out, "hello", SERVER));
        client.ok(to(out, "world", SERVER));
        one.pass(10);
        final Received peeked = server.ok(new Recvfrom(in, 5, Set.of(MsgFlag.MSG_PEEK)));
        assertThat(peeked.flags()).isEmpty();
        final Received cut = server.ok(new Recvfrom(in, 2, Set.of()));
        assertThat(text(cut)).isEqualTo("he");
        assertThat(cut.flags()).containsExactly(MsgFlag.MSG_TRUNC);
        assertThat(cut.length()).isEqualTo(5);
        assertThat(text(server.ok(new Recvfrom(in, 10, Set.of())))).isEqualTo("world");
    }

    @Test
    void shouldKnowNothingUrgent() {
        final int in = bound();
        assertThat(server.error(new Recvfrom(in, 10, Set.of(MsgFlag.MSG_OOB)))).isEqualTo(NetError.EOPNOTSUPP);
        assertThat(server.ok(new SockCall.Sockatmark(in))).isFalse();
    }

    @Test
    void shouldKeepDatagramsApartAndInOrder() {
        final int in = bound();
        final int out = socket(client);
        client.ok(new SockCall.Connect(out, SERVER));
        for (int i = 0; i < 5; i++) {
            client.send(out, "datagram " + i);
        }
        one.pass(10);
        for (int i = 0; i < 5; i++) {
            assertThat(server.recv(in, 100)).isEqualTo("datagram " + i);
        }
        assertThat(server.error(new SockCall.Recv(in, 1, Set.of(MsgFlag.MSG_DONTWAIT))))
                .isEqualTo(NetError.EAGAIN);
        assertThat(client.error(to(out, "x", SERVER))).isEqualTo(NetError.EISCONN);
        assertThat(client.ok(new SockCall.Getpeername(out))).isEqualTo(SERVER);
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        final int fd = socket(client);
        assertThat(client.error(SockCall.Send.of(fd, new byte[1]))).isEqualTo(NetError.ENOTCONN);
        assertThat(client.error(new SockCall.Getpeername(fd))).isEqualTo(NetError.ENOTCONN);
        assertThat(client.error(new SockCall.Listen(fd, 5))).isEqualTo(NetError.EOPNOTSUPP);
        assertThat(client.error(new SockCall.Accept(fd))).isEqualTo(NetError.EOPNOTSUPP);
        assertThat(client.error(new Sendto(fd, new byte[65_508], 0, 65_508, Set.of(), SERVER)))
                .isEqualTo(NetError.EMSGSIZE);
        assertThat(client.error(new SockCall.Setsockopt(fd, SockOpt.TCP_NODELAY, 1)))
                .isEqualTo(NetError.ENOPROTOOPT);
        bound();
        assertThat(client.error(new SockCall.Bind(fd, SERVER))).isIn(NetError.EADDRINUSE, NetError.EINVAL);
    }

    @Test
    void shouldSendWithItsOptionsAndToAllOnlyWhenAllowed() {
        final List<Mbuf> sent = new ArrayList<>();
        one.host.hear(sent::add);
        final int fd = socket(client);
        client.ok(new SockCall.Setsockopt(fd, SockOpt.IP_TTL, 3));
        client.ok(new SockCall.Setsockopt(fd, SockOpt.IP_TOS, 0x28));
        client.ok(new SockCall.Setsockopt(fd, SockOpt.SO_SNDBUF, 100));
        client.ok(to(fd, "x", SockAddr.of("10.9.9.9", 7_000)));
        assertThat(client.error(to(fd, "x".repeat(101), SockAddr.of("10.9.9.9", 7_000))))
                .isEqualTo(NetError.EMSGSIZE);
        one.pass(10);
        assertThat(sent).hasSize(1);
        final Mbuf packet = sent.get(0);
        final Ipv4Header ip = new Ipv4Header().wrap(packet.data(), packet.offset(), packet.length());
        assertThat(ip.ttl()).isEqualTo(3);
        assertThat(ip.tos()).isEqualTo(0x28);
        final SockAddr all = SockAddr.of("10.0.0.255", 7_000);
        assertThat(client.error(to(fd, "x", all))).isEqualTo(NetError.EACCES);
        client.ok(new SockCall.Setsockopt(fd, SockOpt.SO_BROADCAST, 1));
        assertThat(client.begin(to(fd, "x", all)).error).isNotEqualTo(NetError.EACCES);
        one.pass(10);
    }

    /** SO_RCVBUF bounds what waits; what comes to a full socket is lost, what comes after a read is not. */
    @Test
    void shouldKeepNoMoreThanItsReceiveBuffer() {
        final int in = bound();
        server.ok(new SockCall.Setsockopt(in, SockOpt.SO_RCVBUF, 300));
        assertThat(server.ok(new SockCall.Getsockopt(in, SockOpt.SO_RCVBUF))).isEqualTo(300);
        final int out = socket(client);
        for (int i = 0; i < 4; i++) {
            client.ok(to(out, i + "x".repeat(99), SERVER));
        }
        one.pass(10);
        assertThat(server.recv(in, 1)).isEqualTo("0");
        assertThat(server.recv(in, 1)).isEqualTo("1");
        client.ok(to(out, "4", SERVER));
        one.pass(10);
        assertThat(server.recv(in, 1)).isEqualTo("4");
    }

    @Test
    void shouldTellAConnectedOneThatNobodyIsThere() {
        final int fd = socket(client);
        client.ok(new SockCall.Connect(fd, SERVER));
        client.send(fd, "anybody?");
        one.pass(10);
        final PollFd ready = client.ok(new SockCall.Poll(List.of(PollFd.of(fd, PollFd.POLLIN)), -1))
                .get(0);
        assertThat(ready.revents()).isEqualTo(PollFd.POLLIN | PollFd.POLLERR);
        assertThat(client.error(SockCall.Recv.of(fd, 10))).isEqualTo(NetError.ECONNREFUSED);
    }

    @Test
    void shouldPollWithTcp() {
        final int in = bound();
        final int listening = server.listen(80, 5);
        final Result<List<PollFd>> result = server.begin(
                new SockCall.Poll(List.of(PollFd.of(in, PollFd.POLLIN), PollFd.of(listening, PollFd.POLLIN)), -1));
        one.pass(10);
        assertThat(result.done).isFalse();
        client.ok(to(socket(client), "x", SERVER));
        one.host.await(result);
        assertThat(result.value.stream().map(PollFd::revents)).containsExactly(PollFd.POLLIN, 0);
        final Result<Received> waiting = server.begin(new Recvfrom(in, 100, Set.of()));
        final Result<Received> second = server.begin(new Recvfrom(in, 100, Set.of()));
        one.pass(10);
        assertThat(waiting.done).isTrue();
        server.abort(second);
        one.pass(10);
        assertThat(second.error).isEqualTo(NetError.EINTR);
        final Result<Received> third = server.begin(new Recvfrom(in, 100, Set.of()));
        one.pass(10);
        server.close(in);
        one.pass(10);
        assertThat(third.error).isEqualTo(NetError.EBADF);
    }
}
