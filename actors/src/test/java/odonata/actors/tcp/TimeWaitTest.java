package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.machine.TcpCounter;
import odonata.protocol.tcp.machine.TcpState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * TIME-WAIT over sockets: a CPU keeps so many, and no more ({@code net.inet.tcp.maxtcptw}); of those that nobody holds it keeps little, and their peers
 * see no difference.
 */
class TimeWaitTest {
    private static final int PORT = 80;
    private static final int FIN_ACK = TcpHeader.FIN | TcpHeader.ACK;
    private static final int RST_ACK = TcpHeader.RST | TcpHeader.ACK;

    private final OneHost one = new OneHost(1);
    private final List<FlowKey> closed = new ArrayList<>();

    @AfterEach
    void close() {
        one.end();
        one.close();
    }

    @Test
    void shouldEndTheOldestWhenThereIsOneTooMany() {
        most(3);
        connectAndClose(5);
        assertThat(waiting()).containsExactlyInAnyOrderElementsOf(closed.subList(2, 5));
        assertThat(recycled()).isEqualTo(2);
    }

    @Test
    void shouldCountNoneThatEndedByItself() {
        most(3);
        connectAndClose(3);
        one.pass(60_000);
        assertThat(waiting()).isEmpty();
        connectAndClose(3);
        assertThat(waiting()).containsExactlyInAnyOrderElementsOf(closed.subList(3, 6));
        assertThat(recycled()).isZero();
    }

    @Test
    void shouldEndAllThatAreTooManyWhenTheLimitIsLowered() {
        connectAndClose(6);
        assertThat(waiting()).hasSize(6);
        one.host.tcp(0).settings().maxTcpTw = 0;
        final int listening = one.server.listen(PORT, 5);
        one.client.connect(OneHost.ME, PORT);
        assertThat(waiting()).isEmpty();
        one.server.close(listening);
    }

    @Test
    void shouldFreeThePort() {
        most(0);
        final int bound = bound();
        final int listening = one.server.listen(PORT, 5);
        one.client.ok(new SockCall.Connect(bound, SockAddr.of(OneHost.ME, PORT)));
        final int in = one.server.accept(listening);
        one.client.close(bound);
        one.server.close(in);
        one.server.close(listening);
        one.pass(100);
        assertThat(one.host.connections()).isEmpty();
        one.client.close(bound());
    }

    private int bound() {
        final int fd = one.client.socket();
        one.client.ok(new SockCall.Bind(fd, SockAddr.any(7_000)));
        return fd;
    }

    @Test
    void shouldLeaveWhatHasComeToItsReader() {
        most(0);
        final int[] pair = one.pair(PORT);
        one.client.ok(new SockCall.Shutdown(pair[0], SockCall.How.SHUT_WR));
        one.server.send(pair[1], "last words");
        one.server.close(pair[1]);
        one.pass(100);
        assertThat(one.host.connections()).isEmpty();
        assertThat(one.client.recv(pair[0], 100)).isEqualTo("last words");
        assertThat(one.client.recv(pair[0], 100)).isEmpty();
        assertThat(one.client.error(SockCall.Send.of(pair[0], new byte[1]))).isEqualTo(NetError.EPIPE);
    }

    @Test
    void shouldAnswerThePeerOfWhatNobodyHolds() {
        final Peer peer = closedByUs(4_000);
        one.pass(30_000);
        assertThat(peer.heard()).hasSize(3);
        peer.send(1_001, peer.iss() + 2, FIN_ACK);
        one.pass(1);
        assertThat(peer.heard()).hasSize(4);
        assertThat(peer.heard().get(3).ack()).isEqualTo(1_002);
        one.pass(59_000);
        assertThat(waiting()).as("the peer's FIN came again").hasSize(1);
        one.pass(2_000);
        assertThat(waiting()).isEmpty();
    }

    @Test
    void shouldEndThemInTheOrderInWhichTheirTimeIsUp() {
        final Peer first = closedByUs(4_000);
        one.pass(1_000);
        closedByUs(4_001);
        one.pass(1_000);
        first.send(1_001, first.iss() + 2, FIN_ACK);
        one.pass(100);
        closedByUs(4_002);
        most(2);
        closedByUs(4_003);
        assertThat(ports()).containsExactlyInAnyOrder(4_002, 4_003);
        most(16);
        closedByUs(4_004);
        one.pass(59_000);
        assertThat(ports()).containsExactlyInAnyOrder(4_002, 4_003, 4_004);
        one.pass(1_100);
        assertThat(waiting()).isEmpty();
        assertThat(recycled()).isEqualTo(2);
    }

    /** It was held until others were in TIME-WAIT whose time is up later. */
    @Test
    void shouldEndInItsTimeWhatIsClosedLate() {
        final int listening = reuse();
        final Peer held = new Peer(one, 4_000, PORT);
        held.syn(1_000);
        one.pass(1);
        held.ack(1_001, held.iss() + 1);
        one.pass(1);
        final int fd = one.server.accept(listening);
        one.server.close(listening);
        one.server.ok(new SockCall.Shutdown(fd, SockCall.How.SHUT_WR));
        one.pass(1);
        held.send(1_001, held.iss() + 2, FIN_ACK);
        one.pass(40_000);
        closedByUs(4_001);
        one.server.close(fd);
        one.pass(19_000);
        assertThat(ports()).containsExactlyInAnyOrder(4_000, 4_001);
        one.pass(2_000);
        assertThat(ports()).containsExactly(4_001);
    }

    @Test
    void shouldGiveWayToANewConnectionOfTheSameEnds() {
        final Peer peer = closedByUs(4_000);
        final int floor = peer.iss();
        final int listening = reuse();
        peer.syn(900_000);
        one.pass(1);
        assertThat(waiting()).isEmpty();
        assertThat(peer.iss() - floor).isGreaterThan(1);
        peer.ack(900_001, peer.iss() + 1);
        one.pass(1);
        final int fd = one.server.accept(listening);
        one.server.send(fd, "again");
        one.pass(1);
        assertThat(peer.heard().get(peer.heard().size() - 1).payloadLength()).isEqualTo(5);
        peer.send(900_001, peer.iss() + 6, RST_ACK);
        one.pass(1);
        one.server.close(listening);
    }

    @Test
    void shouldChallengeNoMoreOftenThanAnyOther() {
        final Peer peer = closedByUs(4_000);
        final int before = peer.heard().size();
        for (int i = 0; i < 50; i++) {
            peer.send(1_000, 0, TcpHeader.SYN);
            one.pass(1);
        }
        assertThat(peer.heard()).hasSize(before + one.host.tcp(0).settings().challengeAcks);
        assertThat(waiting()).hasSize(1);
    }

    @Test
    void shouldKeepThePortFromWhoMindsUntilTheEnd() {
        closedByUs(4_000);
        final int fd = one.server.socket();
        assertThat(one.server.error(new SockCall.Bind(fd, SockAddr.any(PORT)))).isEqualTo(NetError.EADDRINUSE);
        one.pass(60_000);
        one.server.ok(new SockCall.Bind(fd, SockAddr.any(PORT)));
    }

    /** The peer opens and we close: nobody of this host has noted the port. */
    private Peer closedByUs(final int sport) {
        final int listening = reuse();
        final Peer peer = new Peer(one, sport, PORT);
        peer.syn(1_000);
        one.pass(1);
        peer.ack(1_001, peer.iss() + 1);
        one.pass(1);
        one.server.close(one.server.accept(listening));
        one.server.close(listening);
        one.pass(1);
        peer.send(1_001, peer.iss() + 2, FIN_ACK);
        one.pass(1);
        assertThat(ports()).contains(sport);
        return peer;
    }

    private int reuse() {
        final int listening = one.server.socket();
        one.server.ok(new SockCall.Setsockopt(listening, SockOpt.SO_REUSEADDR, 1));
        one.server.ok(new SockCall.Bind(listening, SockAddr.any(PORT)));
        one.server.ok(new SockCall.Listen(listening, 5));
        return listening;
    }

    private List<Integer> ports() {
        return waiting().stream().map(FlowKey::dport).toList();
    }

    private void most(final int most) {
        one.host.tcp(0).settings().maxTcpTw = most;
    }

    private void connectAndClose(final int count) {
        for (int i = 0; i < count; i++) {
            final int[] pair = one.pair(PORT);
            one.host.connections().stream()
                    .filter(so ->
                            so.tcb.state() == TcpState.ESTABLISHED && so.flow().dport() == PORT)
                    .forEach(so -> closed.add(so.flow()));
            one.client.close(pair[0]);
            one.server.close(pair[1]);
            one.pass(100);
        }
    }

    private List<FlowKey> waiting() {
        return one.host.connections().stream()
                .filter(so -> so.tcb.state() == TcpState.TIME_WAIT)
                .map(TcpSocket::flow)
                .toList();
    }

    private long recycled() {
        return one.host.tcp(0).counters().orElseThrow().get(TcpCounter.TWRECYCLED);
    }
}
