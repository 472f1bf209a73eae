package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** RFC 9293 sections 3.5, 3.10.7.2 and 3.10.7.3; the identity of DragonFly in the SYN. */
class HandshakeTest {
    private static final String SYN = " S 0(0) win 57344 <mss 1460,nop,wscale 5,nop,nop,ts ";

    /** RFC 9293 section 3.10.7.3: text of a SYN is kept until the connection is established, and acknowledged only then. */
    @Test
    void shouldKeepTextOfACrossedSynUntilItIsEstablished() {
        final TcpScript tcp = new TcpScript().connect().skip();
        tcp.in("S 0(3) win 32767 <mss 1460>").expect("0 S. 0(0) ack 1 win 57344 <mss 1460>");
        assertThat(TcpMachine.receivable(tcp.tcb)).isEqualTo(NetError.EAGAIN);
        tcp.in(". 4(0) ack 1 win 32767").quiet().expectState(TcpState.ESTABLISHED);
        tcp.read(3).at(100_000).expect("100000 . 1(0) ack 4 win 57344");
    }

    @Nested
    class Active {
        private final TcpScript tcp = new TcpScript();

        @Test
        void shouldSendSynAsDragonFlyAndConnect() {
            tcp.connect().expect("0 S 0(0) win 57344 <mss 1460,nop,wscale 5,nop,nop,ts 0 0>");
            tcp.at(30_000).in("S. 0(0) ack 1 win 5000 <mss 1400,wscale 3,ts 77 0>");
            tcp.expect("30000 . 1(0) ack 1 win 1792 <nop,nop,ts 3 77>").expectState(TcpState.ESTABLISHED);
            tcp.expectEvents(TcpEvent.CONNECTED);
            assertThat(tcp.tcb.segmentSize()).isEqualTo(1_388);
            assertThat(tcp.tcb.sndWnd()).isEqualTo(5_000);
            assertThat(tcp.tcb.srttUs()).isEqualTo(30_000);
        }

        @Test
        void shouldAskForSackLastWhenItIsOn() {
            tcp.settings.sack = true;
            tcp.connect();
            tcp.expect("0 S 0(0) win 57344 <mss 1460,nop,wscale 5,nop,nop,ts 0 0,nop,nop,sackOK>");
        }

        @Test
        void shouldScaleByTheBufferAndNeverByLessThanFive() {
            tcp.tcb.receiveBuffer().limit(4_194_304);
            tcp.connect().expect("0 S 0(0) win 65535 <mss 1460,nop,wscale 7,nop,nop,ts 0 0>");
            tcp.in("S. 0(0) ack 1 win 5000 <mss 1400,wscale 3,ts 77 0>");
            tcp.expect("0 . 1(0) ack 1 win 32768 <nop,nop,ts 0 77>");
        }

        @Test
        void shouldAddTheSlopToAllTimeoutsButTheFirst() {
            tcp.settings.rexmtInitialUs = 1_000_000;
            tcp.settings.rexmtSlopUs = 200_000;
            final TcpScript other = new TcpScript(tcp.settings);
            other.connect().skip().at(3_400_000);
            other.expect("1000000" + SYN + "100 0>", "2200000" + SYN + "220 0>", "3400000" + SYN + "340 0>");
        }

        @Test
        void shouldEndByAHardErrorAndByASoftOneThatIsRepeatedOnly() {
            tcp.connect().machine.signal(tcp.tcb, NetError.EHOSTUNREACH, false, tcp.nowUs());
            tcp.at(9_000_000).machine.signal(tcp.tcb, NetError.EHOSTUNREACH, false, tcp.nowUs());
            tcp.expectState(TcpState.SYN_SENT).at(12_000_000);
            tcp.machine.signal(tcp.tcb, NetError.EHOSTUNREACH, false, tcp.nowUs());
            tcp.expectState(TcpState.CLOSED);
            assertThat(tcp.tcb.error()).isEqualTo(NetError.EHOSTUNREACH);
            final TcpScript other = new TcpScript().connect();
            other.settings.icmpMayRst = false;
            other.machine.signal(other.tcb, NetError.ECONNREFUSED, true, other.nowUs());
            other.expectState(TcpState.SYN_SENT).settings.icmpMayRst = true;
            other.machine.signal(other.tcb, NetError.ECONNREFUSED, true, other.nowUs());
            other.expectState(TcpState.CLOSED);
        }

        @Test
        void shouldUseNoOptionThatWasNotAnswered() {
            tcp.connect().skip().in("S. 0(0) ack 1 win 5000 <mss 1400>");
            tcp.expect("0 . 1(0) ack 1 win 57344");
            tcp.write(10).expect("0 P. 1(10) ack 1 win 57344");
        }

        @Test
        void shouldTakeDefaultMssOfPeerThatAnnouncesNone() {
            tcp.connect().in("S. 0(0) ack 1 win 5000");
            assertThat(tcp.tcb.segmentSize()).isEqualTo(536);
        }

        @Test
        void shouldResetWhenAckIsNotForOurSyn() {
            tcp.connect().skip().in("S. 0(0) ack 2 win 5000").expect("0 R 2(0) win 0");
            tcp.in(". 0(0) ack 0 win 5000").expect("0 R 0(0) win 0").expectState(TcpState.SYN_SENT);
        }

        @Test
        void shouldBeRefusedByResetWithGoodAckOnly() {
            tcp.connect()
                    .skip()
                    .in("R 0(0) win 0")
                    .expectState(TcpState.SYN_SENT)
                    .quiet();
            tcp.in("R. 0(0) ack 7 win 0").expectState(TcpState.SYN_SENT).quiet();
            tcp.in("R. 0(0) ack 1 win 0").expectState(TcpState.CLOSED).quiet();
            tcp.expectEvents(TcpEvent.CLOSED);
            assertThat(tcp.tcb.error()).isEqualTo(NetError.ECONNREFUSED);
        }

        @Test
        void shouldRetransmitSynAtPlainTimeoutsFirstAndGiveUpAfter75Seconds() {
            tcp.connect().skip().at(74_999_999);
            tcp.expect(
                    "3000000" + SYN + "300 0>",
                    "6000000" + SYN + "600 0>",
                    "9000000" + SYN + "900 0>",
                    "12000000" + SYN + "1200 0>",
                    "15000000" + SYN + "1500 0>",
                    "21000000" + SYN + "2100 0>",
                    "33000000" + SYN + "3300 0>",
                    "57000000" + SYN + "5700 0>");
            tcp.at(75_000_000).quiet().expectState(TcpState.CLOSED);
            assertThat(tcp.tcb.error()).isEqualTo(NetError.ETIMEDOUT);
        }

        /** MUST-23 of RFC 9293, for who wants it: the default is BSD's. */
        @Test
        void shouldRetransmitSynForThreeMinutesWhenItMayTakeSoLong() {
            final TcpSettings settings = new TcpSettings();
            settings.keepInitUs = 240_000_000;
            final TcpScript tcp = new TcpScript(settings).connect().at(168_000_000);
            tcp.skip().at(239_999_999).expect("169000000" + SYN + "16900 0>", "233000000" + SYN + "23300 0>");
            tcp.at(240_000_000).quiet().expectState(TcpState.CLOSED);
        }

        @Test
        void shouldAskForTheSegmentSizeOnlyFromTheThirdRetransmissionOn() {
            final TcpSettings settings = new TcpSettings();
            settings.rexmtDropOptions = true;
            final TcpScript tcp =
                    new TcpScript(settings).connect().at(6_000_000).skip();
            tcp.at(12_000_000).expect("9000000 S 0(0) win 57344 <mss 1460>", "12000000 S 0(0) win 57344 <mss 1460>");
        }

        @Test
        void shouldAskForNothingWhenTheUserWantsNoOptions() {
            final TcpScript tcp = new TcpScript();
            tcp.tcb.noOptions(true);
            tcp.connect().expect("0 S 0(0) win 57344");
        }

        @Test
        void shouldBeginWithOneSegmentWhenTheSynWasLost() {
            tcp.connect().at(3_000_000).in("S. 0(0) ack 1 win 50000 <mss 1000>");
            tcp.expectCwnd(1_000, Integer.MAX_VALUE);
        }

        @Test
        void shouldTakeTextAndFinThatComeWithTheSyn() {
            tcp.connect().skip().in("SF. 0(10) ack 1 win 5000").expectState(TcpState.CLOSE_WAIT);
            tcp.expect("0 . 1(0) ack 12 win 57334");
        }
    }

    @Nested
    class Passive {
        private final TcpScript tcp = new TcpScript().listen();

        @Test
        void shouldAnswerWithTheOptionsAskedForOnly() {
            tcp.in("S 0(0) win 5000 <mss 1300,ts 9 0>").expectState(TcpState.SYN_RECEIVED);
            tcp.expect("0 S. 0(0) ack 1 win 57344 <mss 1460,nop,nop,ts 0 9>");
            tcp.at(10_000).in(". 1(0) ack 1 win 6000 <ts 10 0>").quiet().expectState(TcpState.ESTABLISHED);
            assertThat(tcp.tcb.sndWnd()).isEqualTo(6_000);
        }

        @Test
        void shouldNotAnswerNullSegmentAndReset() {
            tcp.in("- 0(0) win 0").quiet().in("R 0(0) win 0").quiet().expectState(TcpState.LISTEN);
        }

        @Test
        void shouldResetAnAck() {
            tcp.in(". 5(0) ack 9 win 0").expect("0 R 9(0) win 0").expectState(TcpState.LISTEN);
        }

        @Test
        void shouldSendSynAckAgainForTheSameSyn() {
            tcp.in("S 0(0) win 5000 <mss 1300>").expect("0 S. 0(0) ack 1 win 57344 <mss 1460>");
            tcp.at(500).in("S 0(0) win 5000 <mss 1300>").expect("500 S. 0(0) ack 1 win 57344 <mss 1460>");
        }

        @Test
        void shouldListenAgainWhenReset() {
            tcp.in("S 0(0) win 5000").skip().in("R 1(0) win 0").expectState(TcpState.LISTEN);
            tcp.expectEvents(TcpEvent.RELISTEN);
            tcp.in("S 0(0) win 5000").expect("0 S. 0(0) ack 1 win 57344 <mss 1460>");
        }

        @Test
        void shouldResetAnAckThatIsNotForOurSynAck() {
            tcp.in("S 0(0) win 5000").skip().in(". 1(0) ack 2 win 9").expect("0 R 2(0) win 0");
            tcp.expectState(TcpState.SYN_RECEIVED);
        }

        @Test
        void shouldTakeTextThatComesWithTheLastAck() {
            tcp.in("S 0(0) win 5000").skip().in("P. 1(5) ack 1 win 5000").expectState(TcpState.ESTABLISHED);
            tcp.expectEvents(TcpEvent.CONNECTED, TcpEvent.READABLE);
        }
    }

    @Nested
    class Simultaneous {
        @Test
        void shouldEstablishBothAsInFigure8() {
            final TcpScript tcp = new TcpScript(TcpScript.plain());
            tcp.connect().skip().in("S 0(0) win 5000 <mss 900>").expectState(TcpState.SYN_RECEIVED);
            tcp.expect("0 S. 0(0) ack 1 win 57344 <mss 1000>");
            tcp.in("S. 0(0) ack 1 win 5000 <mss 900>")
                    .expectState(TcpState.ESTABLISHED)
                    .quiet();
            assertThat(tcp.tcb.sndMax() - TcpScript.ISS).isEqualTo(1);
        }

        @Test
        void shouldNotScaleTheWindowOfTheCrossedSyn() {
            final TcpScript tcp = new TcpScript();
            tcp.connect().in("S 0(0) win 5000 <mss 900,wscale 4>").in("S. 0(0) ack 1 win 5000 <mss 900,wscale 4>");
            tcp.expectState(TcpState.ESTABLISHED);
            assertThat(tcp.tcb.sndWnd()).isEqualTo(5_000);
        }

        @Test
        void shouldBeRefusedWhenResetAfterAnActiveOpen() {
            final TcpScript tcp = new TcpScript(TcpScript.plain());
            tcp.connect().in("S 0(0) win 5000").skip().in("R 1(0) win 0").expectState(TcpState.CLOSED);
            assertThat(tcp.tcb.error()).isEqualTo(NetError.ECONNREFUSED);
        }
    }
}
