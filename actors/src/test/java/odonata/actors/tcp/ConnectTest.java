package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import odonata.actors.netisr.NetCounter;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockCall.Connect;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.actors.tcp.TcpHost.Result;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectTest {
    private static final SockAddr SERVER = SockAddr.of(OneHost.ME, 83);

    private OneHost one = new OneHost(4);
    private Caller client = one.client;

    @AfterEach
    void close() {
        one.end();
        one.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void I42_theSocketMovesToTheCpuOfItsTuple(final int cpus) {
        close();
        one = new OneHost(cpus);
        one.server.listen(83, 100);
        final Set<Integer> owners = new HashSet<>();
        final Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            final Caller caller = one.anywhere(i);
            final int fd = caller.connect(OneHost.ME, 83);
            ports.add(caller.ok(new SockCall.Getsockname(fd)).port());
        }
        one.host.connections().forEach(so -> owners.add(so.soPort().cpu()));
        assertThat(owners).hasSize(cpus);
        assertThat(ports).hasSize(40);
    }

    /** 5.3: what was sent to where the socket was goes after it. */
    @Test
    void I41_whatWasSentToTheOldOwnerChasesTheSocket() {
        one.server.listen(83, 100);
        for (int i = 0; i < 4; i++) {
            final Caller caller = one.anywhere(i);
            final int fd = caller.socket();
            final List<NetError> answers = new ArrayList<>();
            caller.run(() -> {
                caller.now(new Connect(fd, SERVER), (error, nothing) -> answers.add(error));
                caller.now(new SockCall.Getsockopt(fd, SockOpt.SO_TYPE), (error, type) -> answers.add(error));
            });
            one.pass(100);
            assertThat(answers).containsExactly(NetError.OK, NetError.OK);
        }
        assertThat(one.host.sum(NetCounter.TCP_CHASED)).isPositive();
    }

    @Test
    void shouldBeRefusedWhenNobodyListens() {
        final int fd = client.socket();
        assertThat(client.error(new Connect(fd, SERVER))).isEqualTo(NetError.ECONNREFUSED);
        assertThat(client.error(new Connect(fd, SERVER))).isEqualTo(NetError.EINVAL);
    }

    @Test
    void shouldTimeOutWhenNobodyAnswers() {
        final int fd = client.socket();
        client.ok(new SockCall.Setsockopt(fd, SockOpt.TCP_KEEPINIT, 20_000));
        final Result<Void> result = client.call(new Connect(fd, SockAddr.of("10.9.9.9", 83)));
        assertThat(result.error).isEqualTo(NetError.ETIMEDOUT);
    }

    @Test
    void shouldSayThatThereIsNoRoute() {
        assertThat(client.error(new Connect(client.socket(), SockAddr.of("10.8.9.9", 83))))
                .isEqualTo(NetError.ENETUNREACH);
        assertThat(client.error(new Connect(client.socket(), SockAddr.of(OneHost.ME, 0))))
                .isEqualTo(NetError.EADDRNOTAVAIL);
        assertThat(client.error(new Connect(client.socket(), SockAddr.of("224.0.0.1", 83))))
                .isEqualTo(NetError.EAFNOSUPPORT);
    }

    /** MUST-46: nor to an address of many. */
    @Test
    void shouldNotConnectToABroadcastAddress() {
        for (final String all : new String[] {"255.255.255.255", "10.0.0.255"}) {
            assertThat(client.error(new Connect(client.socket(), SockAddr.of(all, 83))))
                    .isEqualTo(NetError.EACCES);
        }
    }

    @Test
    void shouldNotConnectTwice() {
        one.server.listen(83, 5);
        final int fd = client.connect(OneHost.ME, 83);
        assertThat(client.error(new Connect(fd, SERVER))).isEqualTo(NetError.EISCONN);
    }

    @Test
    void shouldNotWaitWhenNonblocking() {
        one.server.listen(83, 5);
        final int fd = client.socket();
        client.ok(new SockCall.SetNonblock(fd, true));
        assertThat(client.error(new Connect(fd, SERVER))).isEqualTo(NetError.EINPROGRESS);
        final Result<Void> second = client.call(new Connect(fd, SERVER));
        assertThat(second.error).isIn(NetError.EALREADY, NetError.EISCONN);
        final PollFd ready = client.ok(new SockCall.Poll(List.of(PollFd.of(fd, PollFd.POLLOUT)), -1))
                .get(0);
        assertThat(ready.revents()).isEqualTo(PollFd.POLLOUT);
        assertThat(client.ok(new SockCall.Getsockopt(fd, SockOpt.SO_ERROR))).isZero();
        assertThat(client.error(new Connect(fd, SERVER))).isEqualTo(NetError.EISCONN);
    }

    @Test
    void shouldTellByPollAndSoErrorThatANonblockingOneWasRefused() {
        final int fd = client.socket();
        client.ok(new SockCall.SetNonblock(fd, true));
        assertThat(client.error(new Connect(fd, SERVER))).isEqualTo(NetError.EINPROGRESS);
        final PollFd ready = client.ok(new SockCall.Poll(List.of(PollFd.of(fd, PollFd.POLLOUT)), -1))
                .get(0);
        assertThat(ready.revents() & PollFd.POLLERR).isEqualTo(PollFd.POLLERR);
        assertThat(client.ok(new SockCall.Getsockopt(fd, SockOpt.SO_ERROR))).isEqualTo(NetError.ECONNREFUSED.number());
        assertThat(client.ok(new SockCall.Getsockopt(fd, SockOpt.SO_ERROR))).isZero();
    }

    @Test
    void shouldRefuseAConnectionThatIsThere() {
        one.server.listen(83, 5);
        for (int i = 0; i < 2; i++) {
            final int fd = client.socket();
            client.ok(new SockCall.Setsockopt(fd, SockOpt.SO_REUSEPORT, 1));
            client.ok(new SockCall.Bind(fd, SockAddr.any(1234)));
            final Result<Void> result = client.call(new Connect(fd, SERVER));
            assertThat(result.error).isEqualTo(i == 0 ? NetError.OK : NetError.EADDRINUSE);
        }
    }

    @Test
    void shouldGoOnAfterAnAbort() {
        one.server.listen(83, 5);
        final int fd = client.socket();
        final Result<Void> result = client.begin(new Connect(fd, SERVER));
        client.abort(result);
        one.pass(1_000);
        assertThat(result.done).isTrue();
        assertThat(result.error).isIn(NetError.EINTR, NetError.OK);
        assertThat(client.error(new Connect(fd, SERVER))).isEqualTo(NetError.EISCONN);
    }
}
