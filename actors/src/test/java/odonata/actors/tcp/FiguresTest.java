package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import odonata.actors.netisr.NetCounter;
import odonata.actors.socket.SockCall;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.machine.TcpCounter;
import odonata.protocol.tcp.machine.TcpState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What netstat, the dashboard and their like are told of the TCP of a CPU. */
class FiguresTest {
    private static final int RST_ACK = TcpHeader.RST | TcpHeader.ACK;

    private final OneHost one = new OneHost(4);
    private final List<Peer> peers = new ArrayList<>();

    @AfterEach
    void close() {
        peers.forEach(peer -> peer.send(1_001, peer.iss() + 1, RST_ACK));
        one.end();
        one.close();
    }

    private void connect(final int n) {
        for (int i = 0; i < n; i++) {
            final Peer peer = new Peer(one, 4_000 + peers.size(), 80);
            peer.syn(1_000);
            one.pass(1);
            peer.ack(1_001, peer.iss() + 1);
            peers.add(peer);
        }
        one.pass(1);
    }

    private List<TcpFigures> figures(final int lines) {
        return IntStream.range(0, 4)
                .mapToObj(cpu -> one.host.tcp(cpu).figures(lines))
                .toList();
    }

    private long count(final TcpCounter counter) {
        return IntStream.range(0, 4)
                .mapToLong(cpu -> one.host.tcp(cpu).counters().orElseThrow().get(counter))
                .sum();
    }

    @Test
    void shouldCountStatesHandshakesAndQueuesOverAllCpus() {
        one.server.listen(80, 128);
        connect(20);
        final Peer begun = new Peer(one, 9_000, 80);
        begun.syn(5_000);
        one.pass(1);
        final List<TcpFigures> all = figures(100);
        assertThat(all.stream().mapToInt(TcpFigures::connections).sum()).isEqualTo(20);
        assertThat(all.stream()
                        .mapToInt(f -> f.states().getOrDefault(TcpState.ESTABLISHED, 0))
                        .sum())
                .isEqualTo(20);
        assertThat(all.stream().mapToInt(TcpFigures::halfOpen).sum()).isEqualTo(1);
        assertThat(all).allMatch(f -> f.syncacheLimit() == 15_360);
        assertThat(all.stream().flatMap(f -> f.listeners().stream()))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.recvQ()).as("wait to be accepted").isEqualTo(20);
                    assertThat(line.sendQ()).as("may wait").isEqualTo(192);
                });
        assertThat(one.host.sum(NetCounter.TCP_SC_SENDCOOKIE)).isEqualTo(21);
        begun.send(5_001, 0, TcpHeader.RST);
    }

    @Test
    void shouldChooseThoseWithMostInTheirQueues() {
        final int listening = one.server.listen(80, 128);
        connect(12);
        final int fd = one.server.accept(listening);
        one.server.send(fd, "not acknowledged");
        one.pass(1);
        final List<TcpLine> chosen = figures(1).stream()
                .flatMap(f -> f.lines().stream())
                .filter(line -> line.sendQ() > 0)
                .toList();
        assertThat(chosen).hasSize(1);
        assertThat(chosen.get(0).sendQ()).isEqualTo("not acknowledged".length());
        assertThat(figures(1)).allMatch(f -> f.lines().size() <= 1);
        assertThat(figures(0)).allMatch(f -> f.lines().isEmpty());
    }

    /** All are looked at and counted, the worst of those that are meant are shown. */
    @Test
    void shouldFindConnectionsByFlowAndState() {
        final int listening = one.server.listen(80, 128);
        connect(12);
        final SockCall.Accepted accepted = one.server.ok(new SockCall.Accept(listening));
        one.server.send(accepted.fd(), "not acknowledged");
        one.pass(1);
        final List<TcpFound> all = found((flow, state) -> state == TcpState.ESTABLISHED && flow.sport() == 80, 1);
        assertThat(all.stream().mapToInt(TcpFound::all).sum()).isEqualTo(12);
        assertThat(all.stream().mapToInt(TcpFound::found).sum()).isEqualTo(12);
        assertThat(all).allMatch(part -> part.lines().size() == Math.min(1, part.found()));
        assertThat(all.stream().flatMap(part -> part.lines().stream()))
                .filteredOn(line -> line.sendQ() > 0)
                .hasSize(1);
        final int port = accepted.peer().port();
        assertThat(found((flow, state) -> flow.dport() == port, 9).stream().flatMap(part -> part.lines().stream()))
                .singleElement()
                .satisfies(line -> assertThat(line.remote()).isEqualTo(accepted.peer()));
        assertThat(found((flow, state) -> state == TcpState.TIME_WAIT, 9)).allMatch(part -> part.found() == 0);
    }

    private List<TcpFound> found(final BiPredicate<FlowKey, TcpState> which, final int most) {
        return IntStream.range(0, 4)
                .mapToObj(cpu -> whole(one.host.tcp(cpu).search(which, most).orElseThrow()))
                .toList();
    }

    private static TcpFound whole(final TcpSearch search) {
        boolean over = false;
        while (!over) {
            over = search.step();
        }
        return search.result();
    }

    @Test
    void shouldCountThoseInTimeWaitButNotChooseThem() {
        final int listening = one.server.listen(80, 128);
        connect(1);
        final Peer ended = peers.get(0);
        one.server.close(one.server.accept(listening));
        ended.send(1_001, ended.iss() + 2, TcpHeader.FIN | TcpHeader.ACK);
        connect(1);
        final List<TcpFigures> all = figures(100);
        assertThat(all.stream()
                        .mapToInt(f -> f.states().getOrDefault(TcpState.TIME_WAIT, 0))
                        .sum())
                .isEqualTo(1);
        assertThat(all.stream().flatMap(f -> f.lines().stream()))
                .singleElement()
                .satisfies(line -> assertThat(line.info().state()).isEqualTo(TcpState.ESTABLISHED));
    }

    @Test
    void shouldListTheStatesAskedForAndNoMoreThanTheLimit() {
        one.server.listen(80, 128);
        connect(12);
        assertThat(lines(state -> state == TcpState.LISTEN, 100)).hasSize(1);
        assertThat(lines(state -> true, 100)).hasSize(13);
        assertThat(lines(state -> state == TcpState.TIME_WAIT, 100)).isEmpty();
        assertThat(lines(state -> true, 1)).hasSizeLessThanOrEqualTo(4).isNotEmpty();
    }

    private List<TcpLine> lines(final Predicate<TcpState> which, final int most) {
        return IntStream.range(0, 4)
                .boxed()
                .flatMap(cpu -> one.host.tcp(cpu).lines(which, most).stream())
                .toList();
    }

    @Test
    void shouldCountResetsThatAreSentAndThoseOfConnections() {
        one.server.listen(80, 128);
        connect(1);
        final long sent = count(TcpCounter.SNDRST);
        final Peer nobody = new Peer(one, 7_000, 81);
        nobody.syn(1_000);
        one.pass(1);
        assertThat(count(TcpCounter.SNDRST)).isEqualTo(sent + 1);
        final long received = count(TcpCounter.RCVRST);
        nobody.send(1_001, 0, TcpHeader.RST);
        peers.remove(0).send(1_001, 0, TcpHeader.RST);
        one.pass(1);
        assertThat(count(TcpCounter.RCVRST)).isEqualTo(received + 1);
        assertThat(figures(1).stream().mapToInt(TcpFigures::connections).sum()).isZero();
    }
}
