package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.TcpHeader;
import org.junit.jupiter.api.Test;

/** RST rules: RFC 9293 section 3.5.2 and 3.5.3, RFC 5961 sections 3 to 5 and 7. */
class ResetTest {
    private static final String CHALLENGE = "0 . 1(0) ack 1 win 57344";

    private final TcpScript tcp = TcpScript.established();

    @Test
    void shouldCloseOnExactReset() {
        tcp.in("R 1(0) win 0").expectState(TcpState.CLOSED).quiet();
        assertThat(tcp.tcb.error()).isEqualTo(NetError.ECONNRESET);
        assertThat(TcpMachine.sendable(tcp.tcb)).isEqualTo(NetError.ECONNRESET);
    }

    /** The user who has only shut down is told in the last states too. */
    @Test
    void shouldTellOfAResetInClosingAndLastAck() {
        tcp.shutdown()
                .in("F. 1(0) ack 1 win 60000")
                .expectState(TcpState.CLOSING)
                .in("R 2(0) win 0");
        assertThat(tcp.expectState(TcpState.CLOSED).tcb.error()).isEqualTo(NetError.ECONNRESET);
        final TcpScript other =
                TcpScript.established().in("F. 1(0) ack 1 win 60000").shutdown();
        other.expectState(TcpState.LAST_ACK).in("R 2(0) win 0");
        assertThat(other.expectState(TcpState.CLOSED).tcb.error()).isEqualTo(NetError.ECONNRESET);
    }

    @Test
    void shouldChallengeResetElsewhereInTheWindow() {
        tcp.in("R 2(0) win 0").expect(CHALLENGE).expectState(TcpState.ESTABLISHED);
        tcp.in("R 57344(0) win 0").expect(CHALLENGE).expectState(TcpState.ESTABLISHED);
    }

    @Test
    void shouldIgnoreResetOutsideTheWindow() {
        tcp.in("R 57345(0) win 0").in("R 0(0) win 0").quiet().expectState(TcpState.ESTABLISHED);
    }

    @Test
    void shouldChallengeSynWhereverItLies() {
        tcp.in("S 5(0) win 100").expect(CHALLENGE).expectState(TcpState.ESTABLISHED);
        tcp.in("S 900000(0) win 100").expect(CHALLENGE).expectState(TcpState.ESTABLISHED);
    }

    @Test
    void shouldFollowRfc793WhenInsecure() {
        tcp.settings.insecureRst = true;
        tcp.in("R 500(0) win 0").expectState(TcpState.CLOSED);
        final TcpScript other = TcpScript.established();
        other.settings.insecureSyn = true;
        other.in("S 500(0) win 0").expect("0 R. 1(0) ack 1 win 0").expectState(TcpState.CLOSED);
    }

    @Test
    void shouldAcknowledgeAckOfWhatWasNotSentAndAckThatIsTooOld() {
        tcp.in(". 1(0) ack 2 win 60000").expect(CHALLENGE);
        tcp.in(". 1(0) ack -59998 win 60000").quiet();
        tcp.in(". 1(0) ack -60000 win 60000").expect(CHALLENGE);
    }

    @Test
    void shouldNotTakeTextOfSegmentWithImpossibleAck() {
        tcp.in("P. 1(10) ack 2 win 60000").expect(CHALLENGE);
        tcp.in("P. 1(10) ack -60000 win 60000").expect(CHALLENGE);
        assertThat(tcp.tcb.receiveBuffer().available()).isZero();
    }

    @Test
    void shouldLimitChallengesOfASecond() {
        for (int i = 0; i < 25; i++) {
            tcp.in("R 2(0) win 0");
        }
        assertThat(tcp.count(TcpCounter.CHALLENGEACK)).isEqualTo(10);
        assertThat(tcp.count(TcpCounter.CHALLENGELIMITED)).isEqualTo(15);
        tcp.skip().at(1_000_000).in("R 2(0) win 0").expect("1000000 . 1(0) ack 1 win 57344");
    }

    @Test
    void shouldResetOnAbortAndTellTheUser() {
        tcp.write(10).skip().abort().expect("0 R. 11(0) ack 1 win 0").expectEvents(TcpEvent.CLOSED);
        assertThat(tcp.tcb.error()).isEqualTo(NetError.ECONNABORTED);
        assertThat(tcp.tcb.sendBuffer().length()).isZero();
    }

    @Test
    void shouldDropTextWithoutAck() {
        tcp.in("P 1(10) win 60000").quiet();
        assertThat(tcp.tcb.receiveBuffer().available()).isZero();
    }

    /** An attacker off the path who knows addresses, ports and the window, but no sequence number exactly. */
    @Test
    void shouldNotBeResetNorFedByABlindAttacker() {
        final Seed seed = Seeds.replayable("ResetTest");
        for (int i = 0; i < 20_000; i++) {
            final int inWindow = 2 + seed.nextInt(57_000);
            final int ack = seed.nextInt(Integer.MAX_VALUE - 100_000) + 2;
            switch (seed.nextInt(4)) {
                case 0 -> tcp.in("R " + inWindow + "(0) win 0");
                case 1 -> tcp.in("R. " + inWindow + "(0) ack " + ack + " win 0");
                case 2 -> tcp.in("S " + inWindow + "(0) win 0");
                default -> tcp.in("P. " + inWindow + "(100) ack " + ack + " win 9");
            }
        }
        tcp.expectState(TcpState.ESTABLISHED);
        assertThat(tcp.tcb.receiveBuffer().ranges()).isZero();
        assertThat(tcp.tcb.sndWnd()).isEqualTo(60_000);
        assertThat(tcp.count(TcpCounter.SNDTOTAL)).as("answers").isLessThan(20);
        tcp.skip().write(10).expect("0 P. 1(10) ack 1 win 57344");
    }

    @Test
    void shouldAnswerWhereNoConnectionIs() {
        final FlowKey flow = new FlowKey(1, 2, 3, 4, 6);
        final TcpIn in = new TcpIn();
        in.seq = 100;
        in.length = 20;
        in.flags = TcpHeader.SYN;
        final TcpOut toSyn = tcp.machine.closed(flow, in).orElseThrow();
        assertThat(toSyn.flags()).isEqualTo(TcpHeader.RST | TcpHeader.ACK);
        assertThat(toSyn.seq()).isZero();
        assertThat(toSyn.ack()).isEqualTo(121);
        in.flags = TcpHeader.ACK;
        in.ack = 77;
        final TcpOut toAck = tcp.machine.closed(flow, in).orElseThrow();
        assertThat(toAck.flags()).isEqualTo(TcpHeader.RST);
        assertThat(toAck.seq()).isEqualTo(77);
        in.flags = TcpHeader.RST;
        assertThat(tcp.machine.closed(flow, in)).isEmpty();
    }

    @Test
    void shouldBeABlackHoleAsFarAsItIsSetToBe() {
        final TcpScript tcp = new TcpScript();
        for (final TcpSettings.Blackhole hole : TcpSettings.Blackhole.values()) {
            tcp.settings.blackhole = hole;
            assertThat(tcp.machine.isBlackhole(segment(TcpHeader.SYN))).isEqualTo(hole != TcpSettings.Blackhole.OFF);
            assertThat(tcp.machine.isBlackhole(segment(TcpHeader.ACK))).isEqualTo(hole == TcpSettings.Blackhole.ALL);
        }
    }

    @Test
    void shouldDropASynWithFinWhenSet() {
        final TcpScript tcp = new TcpScript();
        final TcpIn synFin = segment(TcpHeader.SYN | TcpHeader.FIN);
        assertThat(tcp.machine.drops(synFin)).isFalse();
        tcp.settings.dropSynFin = true;
        assertThat(tcp.machine.drops(synFin)).isTrue();
        assertThat(tcp.machine.drops(segment(TcpHeader.SYN))).isFalse();
    }

    private static TcpIn segment(final int flags) {
        final byte[] packet = new byte[TcpHeader.MIN_LENGTH];
        final TcpHeader header = new TcpHeader().wrap(packet, 0, packet.length);
        header.init(1, 2, 3, 4, flags);
        return new TcpIn().read(header);
    }
}
