package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.netisr.NetCounter;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.tcp.TcpHost.Result;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.syn.Syncache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Handshakes of peers: R44, 5.8, I44, I50. */
class SynTest {
    private static final int SYN_ACK = TcpHeader.SYN | TcpHeader.ACK;
    private static final int RST_ACK = TcpHeader.RST | TcpHeader.ACK;

    private OneHost one = new OneHost(4);

    @AfterEach
    void close() {
        one.end();
        one.close();
    }

    private long count(final NetCounter counter) {
        return one.host.sum(counter);
    }

    @Test
    void shouldKeepAnEntryAndMakeTheConnectionWithTheLastAck() {
        final int listening = one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.syn(1_000);
        one.pass(1);
        assertThat(peer.count(SYN_ACK)).isEqualTo(1);
        assertThat(peer.heard().get(0).ack()).isEqualTo(1_001);
        assertThat(one.host.halfOpen()).isEqualTo(1);
        assertThat(one.host.connections()).isEmpty();
        peer.ack(1_001, peer.iss() + 1);
        one.pass(1);
        assertThat(one.host.halfOpen()).isZero();
        assertThat(one.host.connections()).hasSize(1);
        assertThat(peer.heard()).as("nothing is said twice").hasSize(1);
        final int fd = one.server.accept(listening);
        one.server.send(fd, "hello");
        one.pass(1);
        assertThat(peer.heard().get(1).payloadLength()).isEqualTo(5);
        assertThat(one.server.ok(new SockCall.GetTcpInfo(fd)).segmentSize()).isEqualTo(1_000);
        peer.send(1_001, peer.iss() + 6, RST_ACK);
        one.pass(1);
    }

    @Test
    void I50_theSynAckIsSentAgainFourTimesAtMost() {
        one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.syn(1_000);
        one.quiet();
        assertThat(peer.count(SYN_ACK)).isEqualTo(5);
        assertThat(one.host.halfOpen()).isZero();
        assertThat(count(NetCounter.TCP_SC_RETRANSMITTED)).isEqualTo(4);
        assertThat(count(NetCounter.TCP_SC_STALE)).isEqualTo(1);
    }

    /** What was answered again is not timed (Karn), and the first window is one segment. */
    @Test
    void shouldCompleteAfterARetransmission() {
        final int listening = one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.syn(1_000);
        one.pass(4_000);
        assertThat(peer.count(SYN_ACK)).isEqualTo(2);
        peer.ack(1_001, peer.iss() + 1);
        final int fd = one.server.accept(listening);
        assertThat(one.server.ok(new SockCall.GetTcpInfo(fd)).cwnd()).isEqualTo(1_000);
        assertThat(one.server.ok(new SockCall.GetTcpInfo(fd)).srttUs()).isZero();
        peer.send(1_001, peer.iss() + 1, RST_ACK);
        one.pass(1);
    }

    @Test
    void shouldAnswerASynThatComesAgain() {
        one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.syn(1_000);
        peer.syn(1_000);
        one.pass(1);
        assertThat(peer.count(SYN_ACK)).isEqualTo(2);
        assertThat(peer.heard().get(0).seq()).isEqualTo(peer.heard().get(1).seq());
        assertThat(one.host.halfOpen()).isEqualTo(1);
        peer.syn(900_000);
        one.pass(1);
        assertThat(peer.heard().get(2).ack()).as("a new handshake").isEqualTo(900_001);
        assertThat(one.host.halfOpen()).isEqualTo(1);
    }

    /** It was answered: the next answer of its own accord is due one timeout after that. */
    @Test
    void shouldBeginTheTimeoutAnewWhenTheSynComesAgain() {
        one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.syn(1_000);
        one.pass(2_000);
        peer.syn(1_000);
        one.pass(2_900);
        assertThat(peer.count(SYN_ACK)).isEqualTo(2);
        one.pass(200);
        assertThat(peer.count(SYN_ACK)).isEqualTo(3);
        peer.send(1_001, 0, TcpHeader.RST);
        one.pass(1);
    }

    @Test
    void shouldBelieveARstInTheWindowOnly() {
        one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.syn(1_000);
        peer.send(999, 0, TcpHeader.RST);
        peer.send(1_000 + 70_000, 0, TcpHeader.RST);
        one.pass(1);
        assertThat(one.host.halfOpen()).isEqualTo(1);
        peer.send(1_001, 0, TcpHeader.RST);
        one.pass(1);
        assertThat(one.host.halfOpen()).isZero();
        assertThat(count(NetCounter.TCP_SC_RESET)).isEqualTo(1);
    }

    /** RFC 5961 section 3.2 holds for handshakes too; RFC 793 when insecure_rst is on. */
    @Test
    void shouldChallengeARstElsewhereInTheWindow() {
        one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.syn(1_000);
        peer.send(1_002, 0, TcpHeader.RST);
        one.pass(1);
        assertThat(one.host.halfOpen()).isEqualTo(1);
        assertThat(peer.heard().get(1).flags()).isEqualTo(TcpHeader.ACK);
        assertThat(peer.heard().get(1).seq()).isEqualTo(peer.iss() + 1);
        assertThat(peer.heard().get(1).ack()).isEqualTo(1_001);
        for (int i = 0; i < 4; i++) {
            one.host.tcp(i).settings().insecureRst = true;
        }
        peer.send(1_000, 0, TcpHeader.RST);
        one.pass(1);
        assertThat(one.host.halfOpen()).isEqualTo(1);
        peer.send(1_002, 0, TcpHeader.RST);
        one.pass(1);
        assertThat(one.host.halfOpen()).isZero();
        assertThat(peer.heard()).hasSize(2);
    }

    /** The last ACK of a handshake that was reset opens nothing: no flood has thrown its entry out. */
    @Test
    void shouldNotTakeACookieWhenNothingWasThrownOut() {
        one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.syn(1_000);
        peer.send(1_001, 0, TcpHeader.RST);
        one.pass(1);
        peer.ack(1_001, peer.iss() + 1);
        one.pass(1);
        assertThat(peer.count(TcpHeader.RST)).isEqualTo(1);
        assertThat(one.host.connections()).isEmpty();
    }

    @Test
    void shouldForgetAHandshakeWhosePeerAnswersWithASynAck() {
        one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.syn(1_000);
        one.pass(1);
        peer.send(1_000, peer.iss() + 1, SYN_ACK);
        one.pass(1);
        assertThat(peer.count(TcpHeader.RST)).isEqualTo(1);
        assertThat(one.host.halfOpen()).isZero();
    }

    @Test
    void shouldResetAnAckThatIsNotOfItsSynAck() {
        one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.syn(1_000);
        one.pass(1);
        peer.ack(1_001, peer.iss() + 2);
        one.pass(1);
        assertThat(peer.count(TcpHeader.RST)).isEqualTo(1);
        assertThat(one.host.connections()).isEmpty();
        assertThat(one.host.halfOpen()).isEqualTo(1);
    }

    @Test
    void shouldForgetWhatWasBegunForAClosedListener() {
        final int listening = one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.syn(1_000);
        one.pass(1);
        one.server.close(listening);
        assertThat(one.host.halfOpen()).isZero();
        peer.ack(1_001, peer.iss() + 1);
        one.pass(1);
        assertThat(peer.count(TcpHeader.RST)).isEqualTo(1);
    }

    @Test
    void shouldKeepNothingWithCookiesOnly() {
        final int listening = one.server.listen(80, 5);
        for (int i = 0; i < 4; i++) {
            one.host.tcp(i).settings().syncookiesOnly = true;
        }
        final Peer peer = new Peer(one, 4_000, 80);
        peer.syn(1_000);
        one.pass(1);
        assertThat(one.host.halfOpen()).isZero();
        peer.ack(1_001, peer.iss() + 1);
        final int fd = one.server.accept(listening);
        assertThat(one.server.ok(new SockCall.GetTcpInfo(fd)).segmentSize())
                .as("the class of 1000")
                .isEqualTo(536);
        assertThat(count(NetCounter.TCP_SC_RECVCOOKIE)).isEqualTo(1);
        peer.send(1_001, peer.iss() + 1, RST_ACK);
        one.pass(1);
    }

    /** The handshake's last ACK comes a second time when the connection has been closed: it opens nothing. */
    @Test
    void shouldNotOpenAgainByAnOldAckWhatWasClosed() {
        final int listening = one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.syn(1_000);
        one.pass(1);
        peer.ack(1_001, peer.iss() + 1);
        final int fd = one.server.accept(listening);
        peer.send(1_001, peer.iss() + 1, TcpHeader.FIN | TcpHeader.ACK);
        one.pass(1);
        one.server.close(fd);
        one.pass(1);
        peer.ack(1_002, peer.iss() + 2);
        one.pass(1);
        assertThat(one.host.connections()).isEmpty();
        peer.ack(1_001, peer.iss() + 1);
        one.pass(1);
        assertThat(one.host.connections()).isEmpty();
        assertThat(peer.count(TcpHeader.RST)).isEqualTo(1);
    }

    /** Seed 198,869 of {@link TwoHostsTest}: the cookie of the SYN that came again is the one that the old ACK acknowledges. */
    @Test
    void shouldNotOpenAgainByAnOldSynAndAnOldAckWhatWasClosed() {
        final int listening = one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.send(1_000, 0, TcpHeader.SYN, 7, 0);
        one.pass(1);
        final int iss = peer.iss();
        final int echo = peer.tsVal();
        peer.send(1_001, iss + 1, TcpHeader.ACK, 7, echo);
        final int fd = one.server.accept(listening);
        peer.send(1_001, iss + 1, TcpHeader.FIN | TcpHeader.ACK, 7, echo);
        one.pass(1);
        one.server.close(fd);
        one.pass(1);
        peer.send(1_002, iss + 2, TcpHeader.ACK, 7, echo);
        one.pass(30);
        assertThat(one.host.connections()).isEmpty();
        peer.send(1_000, 0, TcpHeader.SYN, 7, 0);
        one.pass(1);
        assertThat(peer.iss()).as("the same cookie").isEqualTo(iss);
        final int newEcho = peer.tsVal();
        peer.send(1_001, iss + 1, TcpHeader.ACK, 7, echo);
        one.pass(1);
        assertThat(one.host.connections()).isEmpty();
        assertThat(peer.count(TcpHeader.RST)).isEqualTo(1);
        peer.send(1_001, iss + 1, TcpHeader.ACK, 7, newEcho);
        one.pass(1);
        assertThat(one.host.connections()).as("the SYN was no old one").hasSize(1);
        peer.send(1_001, iss + 1, RST_ACK, 7, newEcho);
        one.pass(1);
    }

    /** It was answered twice, and the ACK is of the first answer: it is no old one. */
    @Test
    void shouldTakeTheAckOfTheFirstAnswer() {
        one.server.listen(80, 5);
        final Peer peer = new Peer(one, 4_000, 80);
        peer.send(1_000, 0, TcpHeader.SYN, 7, 0);
        one.pass(1);
        final int echo = peer.tsVal();
        one.pass(30);
        peer.send(1_000, 0, TcpHeader.SYN, 7, 0);
        one.pass(1);
        assertThat(peer.tsVal()).isGreaterThan(echo);
        peer.send(1_001, peer.iss() + 1, TcpHeader.ACK, 7, echo);
        one.pass(1);
        assertThat(one.host.connections()).hasSize(1);
        peer.send(1_001, peer.iss() + 1, RST_ACK, 7, echo);
        one.pass(1);
    }

    private void flood(final int syns) {
        final Seed seed = Seed.of(3);
        for (int i = 0; i < syns; i++) {
            one.conductor.at(one.conductor.nowNs() + i * 10_000L, () -> one.inject(SynFlood.syn(seed)));
        }
    }

    /** The cookie is enough when the entry has been thrown out; without cookies the flood has won. */
    @Test
    void shouldOpenByTheCookieAloneWhatTheFloodHasThrownOut() {
        for (final boolean cookies : new boolean[] {true, false}) {
            close();
            one = new OneHost(4, new Syncache.Limits(16, 4, 64));
            for (int i = 0; i < 4; i++) {
                one.host.tcp(i).settings().syncookies = cookies;
            }
            final int listening = one.server.listen(80, 128);
            final Peer peer = new Peer(one, 4_000, 80);
            peer.syn(1_000);
            one.pass(1);
            flood(10_000);
            one.pass(50);
            peer.ack(1_001, peer.iss() + 1);
            one.pass(1);
            assertThat(peer.count(TcpHeader.RST)).isEqualTo(cookies ? 0 : 1);
            assertThat(count(NetCounter.TCP_SC_RECVCOOKIE)).isEqualTo(cookies ? 1 : 0);
            if (cookies) {
                final int fd = one.server.accept(listening);
                assertThat(one.server.ok(new SockCall.Getpeername(fd)).port()).isEqualTo(4_000);
                peer.send(1_001, peer.iss() + 1, RST_ACK);
                one.pass(1);
            }
        }
    }

    /** Twenty thousand SYNs of nobody: memory stays within its limits, and who is somebody gets through. */
    @Test
    void I50_aFloodOfSynsKeepsNobodyOut() {
        close();
        one = new OneHost(4, new Syncache.Limits(16, 4, 64));
        final int listening = one.server.listen(80, 128);
        flood(20_000);
        final List<Result<Void>> results = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            one.pass(3);
            final TcpHost.Caller caller = one.anywhere(i);
            final int fd = caller.socket();
            results.add(caller.begin(new SockCall.Connect(fd, SockAddr.of(OneHost.ME, 80))));
            for (int cpu = 0; cpu < 4; cpu++) {
                assertThat(one.host.tcp(cpu).halfOpen()).isLessThanOrEqualTo(64);
            }
        }
        one.pass(10);
        assertThat(results).allMatch(result -> result.done && result.error == NetError.OK);
        for (int i = 0; i < 50; i++) {
            one.server.accept(listening);
        }
        assertThat(count(NetCounter.TCP_SC_OVERFLOW)).isGreaterThan(10_000);
    }

    /** Ten times what the caches hold, a SYN every microsecond: bytes of an old connection flow, new ones are made, near and far. */
    @Test
    @Tag("slow")
    void I50_aFloodOfTenCachesAtFullSpeedLeavesOldAndNewConnectionsWorking() {
        close();
        one = new OneHost(2);
        final int[] old = one.pair(81);
        final int listening = one.server.listen(80, 128);
        final Streams sends = new Streams(one.client, old[0], 200_000, Seed.of(7));
        final Streams answers = new Streams(one.server, old[1], 200_000, Seed.of(8));
        final int syns = 10 * 2 * Syncache.Limits.BSD.total();
        final Seed seed = Seed.of(3);
        final long endNs = one.conductor.nowNs() + syns * 1_000L;
        floodUntil(endNs, seed);
        one.client.run(sends::start);
        one.server.run(answers::start);
        final Peer far = new Peer(one, 4_000, 80);
        far.syn(1_000);
        final List<Result<Void>> results = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            one.pass(5);
            final TcpHost.Caller caller = one.anywhere(i);
            final int fd = caller.socket();
            results.add(caller.begin(new SockCall.Connect(fd, SockAddr.of(OneHost.ME, 80))));
            for (int cpu = 0; cpu < 2; cpu++) {
                assertThat(one.host.tcp(cpu).halfOpen()).isLessThanOrEqualTo(Syncache.Limits.BSD.total());
            }
        }
        assertThat(one.conductor.nowNs()).as("the flood goes on").isLessThan(endNs);
        far.ack(1_001, far.iss() + 1);
        one.pass(endNs / 1_000_000);
        assertThat(results).allMatch(result -> result.done && result.error == NetError.OK);
        assertThat(sends.failure).isEqualTo(NetError.OK);
        assertThat(answers.matches(sends)).isTrue();
        assertThat(sends.matches(answers)).isTrue();
        assertThat(far.count(TcpHeader.RST)).isZero();
        for (int i = 0; i < 51; i++) {
            one.server.accept(listening);
        }
        assertThat(count(NetCounter.TCP_SC_OVERFLOW)).isGreaterThan(syns / 2L);
        far.send(1_001, far.iss() + 1, RST_ACK);
        one.pass(1);
    }

    private void floodUntil(final long endNs, final Seed seed) {
        one.inject(SynFlood.syn(seed));
        if (one.conductor.nowNs() < endNs) {
            one.conductor.at(one.conductor.nowNs() + 1_000, () -> floodUntil(endNs, seed));
        }
    }
}
