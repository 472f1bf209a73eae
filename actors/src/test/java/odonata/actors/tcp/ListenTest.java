package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import odonata.actors.netisr.NetCounter;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.actors.tcp.TcpHost.Result;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenTest {
    private OneHost one = new OneHost(4);

    @AfterEach
    void close() {
        one.end();
        one.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void I43_everyCpuKnowsTheListenerWhenListenReturnsAndNoneWhenCloseDoes(final int cpus) {
        close();
        one = new OneHost(cpus);
        for (int index = 0; index < cpus; index++) {
            final Caller caller = one.host.caller(index);
            final int fd = caller.listen(83, 5);
            for (int i = 0; i < cpus; i++) {
                assertThat(one.host.tcp(i).replica()).hasSize(1);
            }
            caller.close(fd);
            for (int i = 0; i < cpus; i++) {
                assertThat(one.host.tcp(i).replica()).isEmpty();
            }
        }
    }

    /** I44: the SYN, the handshake and the new socket are on one CPU, that of the tuple; every CPU gets its share. */
    @Test
    void I44_aConnectionIsMadeWhereItsSynComesIn() {
        final int listening = one.server.listen(83, 128);
        for (int i = 0; i < 60; i++) {
            one.anywhere(i).connect(OneHost.ME, 83);
            one.server.accept(listening);
        }
        for (int cpu = 0; cpu < 4; cpu++) {
            final int index = cpu;
            assertThat(one.host.tcp(cpu).connections())
                    .hasSizeGreaterThan(4)
                    .allMatch(so -> one.host.ownerOf(so.flow()) == index);
        }
    }

    @Test
    void shouldRefuseWhatCannotListen() {
        final int[] pair = one.pair(83);
        assertThat(one.client.error(new SockCall.Listen(pair[0], 5))).isEqualTo(NetError.EINVAL);
        final int listening = one.server.listen(81, 5);
        assertThat(one.server.error(new SockCall.Connect(listening, SockAddr.of(OneHost.ME, 83))))
                .isEqualTo(NetError.EOPNOTSUPP);
    }

    @Test
    void shouldChooseAPortWhenItHasNone() {
        final int fd = one.client.socket();
        one.client.ok(new SockCall.Listen(fd, 5));
        final int port = one.client.ok(new SockCall.Getsockname(fd)).port();
        one.server.connect(OneHost.ME, port);
        one.client.accept(fd);
    }

    /** More than backlog and a half wait for no one: their SYN is dropped, and comes again. */
    @Test
    void shouldDropSynsWhenEnoughWait() {
        final int listening = one.server.listen(83, 2);
        final List<Result<Void>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            results.add(one.client.begin(new SockCall.Connect(one.client.socket(), SockAddr.of(OneHost.ME, 83))));
            one.pass(20);
        }
        final long first = results.stream().filter(result -> result.done).count();
        assertThat(first).isEqualTo(4);
        assertThat(one.host.sum(NetCounter.TCP_LISTENDROP)).isPositive();
        for (int i = 0; i < 8; i++) {
            one.server.accept(listening);
        }
        assertThat(results).allMatch(result -> result.done && result.error == NetError.OK);
    }

    @Test
    void shouldResetThoseThatWaitWhenItIsClosed() {
        final int listening = one.server.listen(83, 5);
        final int out = one.client.connect(OneHost.ME, 83);
        one.pass(100);
        one.server.close(listening);
        one.pass(100);
        assertThat(one.client.error(SockCall.Recv.of(out, 1))).isEqualTo(NetError.ECONNRESET);
    }

    private int shared(final Caller caller) {
        final int fd = caller.socket();
        caller.ok(new SockCall.Setsockopt(fd, SockOpt.SO_REUSEPORT, 1));
        caller.ok(new SockCall.Bind(fd, SockAddr.any(83)));
        caller.ok(new SockCall.Listen(fd, 100));
        return fd;
    }

    @Test
    void shouldSpreadOverAGroupAndInheritFromAClosedMember() {
        final int first = shared(one.server);
        final int second = shared(one.client);
        for (int i = 0; i < 40; i++) {
            one.anywhere(i).connect(OneHost.ME, 83);
        }
        one.pass(100);
        one.server.ok(new SockCall.SetNonblock(first, true));
        int own = 0;
        while (own < 5 && one.server.call(new SockCall.Accept(first)).error == NetError.OK) {
            own++;
        }
        assertThat(own).isEqualTo(5);
        one.server.close(first);
        one.client.ok(new SockCall.SetNonblock(second, true));
        one.pass(100);
        int inherited = 0;
        while (one.client.call(new SockCall.Accept(second)).error == NetError.OK) {
            inherited++;
        }
        assertThat(inherited).isEqualTo(35);
    }

    /** As with SO_CPUHINT: who accepts works where the connection is. */
    @Test
    void I44_shouldGiveConnectionsToTheListenerWhoseCallerIsOnTheirCpu() {
        final List<TcpHost.Caller> servers =
                IntStream.range(0, one.host.cpus()).mapToObj(one.host::caller).toList();
        final List<Integer> listeners = servers.stream().map(this::shared).toList();
        for (int i = 0; i < 40; i++) {
            one.anywhere(i).connect(OneHost.ME, 83);
        }
        one.pass(100);
        int accepted = 0;
        for (int i = 0; i < servers.size(); i++) {
            servers.get(i).ok(new SockCall.SetNonblock(listeners.get(i), true));
            TcpHost.Result<SockCall.Accepted> next = servers.get(i).call(new SockCall.Accept(listeners.get(i)));
            for (; next.error == NetError.OK; next = servers.get(i).call(new SockCall.Accept(listeners.get(i)))) {
                final SockAddr peer = next.value.peer();
                final FlowKey flow =
                        new FlowKey(Ipv4Address.parse(OneHost.ME), 83, peer.addr(), peer.port(), IpProto.TCP);
                assertThat(one.host.ownerOf(flow))
                        .isEqualTo(one.host.machine.cpus().get(i).id());
                accepted++;
            }
        }
        assertThat(accepted).isEqualTo(40);
    }
}
