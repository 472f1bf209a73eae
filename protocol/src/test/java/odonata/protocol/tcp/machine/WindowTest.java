package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Window management: RFC 9293 sections 3.7.4 and 3.8.6, keep-alive 3.8.4. */
class WindowTest {

    @Nested
    class DelayedAck {
        private final TcpScript tcp = TcpScript.established();

        @Test
        void shouldWaitForOneSegment() {
            tcp.in(". 1(1000) ack 1 win 60000").at(99_999).quiet();
            tcp.at(100_000).expect("100000 . 1(0) ack 1001 win 56344");
        }

        @Test
        void shouldNotWaitForASecond() {
            tcp.in(". 1(1000) ack 1 win 60000").at(50).in(". 1001(10) ack 1 win 60000");
            tcp.expect("50 . 1(0) ack 1011 win 56334").at(1_000_000).quiet();
        }

        /** Segments that the device has put together are several. */
        @Test
        void shouldNotWaitAfterMoreThanTwoSegmentsHold() {
            tcp.in(". 1(3000) ack 1 win 60000").expect("0 . 1(0) ack 3001 win 54344");
        }

        @Test
        void shouldRideOnText() {
            tcp.in(". 1(1000) ack 1 win 60000").write(3).expect("0 P. 1(3) ack 1001 win 56344");
            tcp.at(900_000).quiet();
        }

        @Test
        void shouldAnswerAGapAndItsEndAtOnce() {
            tcp.in(". 1001(1000) ack 1 win 60000").expect("0 . 1(0) ack 1 win 57344");
            tcp.in(". 1(1000) ack 1 win 60000").expect("0 . 1(0) ack 2001 win 55344");
        }

        @Test
        void shouldAnswerOldTextAtOnce() {
            tcp.in(". 1(10) ack 1 win 60000").in(". 1(10) ack 1 win 60000").expect("0 . 1(0) ack 11 win 57334");
        }

        @Test
        void shouldAnswerAtOnceWhenSwitchedOff() {
            tcp.settings.delayedAck = false;
            tcp.in(". 1(1000) ack 1 win 60000").expect("0 . 1(0) ack 1001 win 56344");
        }
    }

    /** A SYN cannot say more than 64 KiB. */
    @Nested
    class LargeBuffer {
        private final TcpScript tcp;

        LargeBuffer() {
            final TcpSettings settings = new TcpSettings();
            settings.mss = 1_000;
            settings.recvSpace = 262_144;
            tcp = new TcpScript(settings).listen();
            tcp.in("S 0(0) win 60000 <mss 1000,wscale 0,ts 1 0>").skip();
            tcp.in(". 1(0) ack 1 win 60000 <ts 1 0>").quiet();
        }

        @Test
        void shouldBeToldWithTheAckThatIsDueAnyway() {
            tcp.in("P. 1(100) ack 1 win 60000 <ts 1 0>").read(100).quiet();
            tcp.at(100_000).expect("100000 . 1(0) ack 101 win 8192 <nop,nop,ts 10 1>");
        }

        @Test
        void shouldBeToldWithTheAnswer() {
            tcp.in("P. 1(100) ack 1 win 60000 <ts 1 0>").read(100).write(10);
            tcp.expect("0 P. 1(10) ack 101 win 8192 <nop,nop,ts 0 1>").at(1_000_000);
        }

        /** The peer may be about to wait for it. */
        @Test
        void shouldBeToldAtOnceWhenLittleIsLeftOfWhatTheSynSaid() {
            for (int i = 0; i < 40; i++) {
                tcp.in(". " + (1 + 1_000 * i) + "(1000) ack 1 win 60000 <ts 1 0>");
            }
            tcp.skip().in(". 40001(1000) ack 1 win 60000 <ts 1 0>").quiet();
            tcp.read(41_000).expect("0 . 1(0) ack 41001 win 8192 <nop,nop,ts 0 1>");
        }
    }

    @Nested
    class Nagle {
        private final TcpScript tcp = TcpScript.established();

        @Test
        void shouldHoldASmallSegmentWhileSomethingIsOut() {
            tcp.write(5).expect("0 P. 1(5) ack 1 win 57344").write(6).quiet();
            tcp.in(". 1(0) ack 6 win 60000").expect("0 P. 6(6) ack 1 win 57344");
        }

        @Test
        void shouldSendAFullSegmentAtOnce() {
            tcp.write(5).skip().write(600).quiet().write(400).expect("0 P. 6(1000) ack 1 win 57344");
        }

        @Test
        void shouldNotHoldWithNoDelay() {
            tcp.tcb.noDelay(true);
            tcp.write(5).write(6).expect("0 P. 1(5) ack 1 win 57344", "0 P. 6(6) ack 1 win 57344");
        }

        @Test
        void shouldWaitForMoreToCome() {
            tcp.writeMore(5).quiet().write(6).expect("0 P. 1(11) ack 1 win 57344");
        }

        @Test
        void shouldHoldEverythingSmallWithNoPush() {
            tcp.tcb.noPush(true);
            tcp.write(1_200).expect("0 . 1(1000) ack 1 win 57344");
            tcp.in(". 1(0) ack 1001 win 60000").quiet();
            tcp.tcb.noPush(false);
            tcp.machine.flush(tcp.tcb, tcp.nowUs());
            tcp.expect("0 P. 1001(200) ack 1 win 57344");
        }
    }

    @Nested
    class Receiver {
        private final TcpSettings settings = TcpScript.plain();

        @Test
        void shouldNotOfferASillyWindowNorMoveTheEdgeLeft() {
            settings.recvSpace = 4_000;
            final TcpScript tcp = TcpScript.established(settings, 60_000);
            tcp.in(". 1(1000) ack 1 win 60000")
                    .in(". 1001(1000) ack 1 win 60000")
                    .expect("0 . 1(0) ack 2001 win 2000");
            tcp.in(". 2001(1000) ack 1 win 60000").in(". 3001(900) ack 1 win 60000");
            tcp.expect("0 . 1(0) ack 3901 win 100");
            tcp.in(". 3901(100) ack 1 win 60000").at(100_000).expect("100000 . 1(0) ack 4001 win 0");
            tcp.read(900).quiet().in(". 4001(1) ack 1 win 60000").expect("100000 . 1(0) ack 4002 win 0");
            tcp.read(1_100).quiet().read(1).expect("100000 . 1(0) ack 4002 win 2000");
        }

        @Test
        void shouldNotUpdateTheWindowForLessThanTwoSegments() {
            settings.recvSpace = 10_000;
            final TcpScript tcp = TcpScript.established(settings, 60_000);
            tcp.in(". 1(1500) ack 1 win 60000")
                    .in(". 1501(1500) ack 1 win 60000")
                    .skip();
            tcp.read(1_999).quiet().read(1).expect("0 . 1(0) ack 3001 win 9000");
        }

        @Test
        void shouldAcknowledgeButNotTakeWhatLiesOutside() {
            settings.recvSpace = 2_000;
            final TcpScript tcp = TcpScript.established(settings, 60_000);
            tcp.in(". 2001(10) ack 1 win 60000").expect("0 . 1(0) ack 1 win 2000");
            tcp.in("F. 1(2500) ack 1 win 60000").expect("0 . 1(0) ack 2001 win 0");
            assertThat(tcp.tcb.receiveBuffer().available()).isEqualTo(2_000);
            tcp.expectState(TcpState.ESTABLISHED);
        }

        @Test
        void shouldTakeABareFinWithAClosedWindow() {
            settings.recvSpace = 1_000;
            final TcpScript tcp = TcpScript.established(settings, 60_000);
            tcp.in(". 1(1000) ack 1 win 60000").at(100_000).skip();
            tcp.in("F. 1001(0) ack 1 win 60000").expect("100000 . 1(0) ack 1002 win 0");
            tcp.expectState(TcpState.CLOSE_WAIT);
        }

        @Test
        void shouldTakeAckAndResetWithAClosedWindow() {
            settings.recvSpace = 1_000;
            final TcpScript tcp = TcpScript.established(settings, 60_000);
            tcp.write(10).in(". 1(1000) ack 1 win 60000").at(100_000).skip();
            tcp.in(". 1001(1) ack 11 win 60000").expect("100000 . 11(0) ack 1001 win 0");
            assertThat(tcp.tcb.sndUna()).isEqualTo(TcpScript.ISS + 11);
            tcp.in("R 1001(0) win 0").expectState(TcpState.CLOSED);
        }
    }

    @Nested
    class Probes {
        private final TcpScript tcp = TcpScript.established(TcpScript.plain(), 0);

        @Test
        void shouldProbeAClosedWindowWithOneByteBackedOffUpToAMinute() {
            tcp.write(100).quiet().at(120_000_000);
            tcp.expect(
                    "5000000 . 1(1) ack 1 win 57344",
                    "10000000 . 1(1) ack 1 win 57344",
                    "15000000 . 1(1) ack 1 win 57344",
                    "23000000 . 1(1) ack 1 win 57344",
                    "39000000 . 1(1) ack 1 win 57344",
                    "71000000 . 1(1) ack 1 win 57344");
            assertThat(tcp.tcb.deadlineUs(TcpTimer.PERSIST) - TcpScript.START).isEqualTo(131_000_000);
        }

        @Test
        void shouldGoOnAtOnceWhenTheWindowOpens() {
            tcp.write(100).at(5_000_000).skip().at(6_000_000).in(". 1(0) ack 1 win 500");
            tcp.expect("6000000 P. 1(100) ack 1 win 57344");
            assertThat(tcp.tcb.deadlineUs(TcpTimer.PERSIST)).isEqualTo(TcpTimer.NEVER);
        }

        @Test
        void shouldKeepTheConnectionForEverWhileProbesAreAnswered() {
            tcp.write(100);
            for (long s = 1; s < 4_000; s++) {
                tcp.at(s * 1_000_000).in(". 1(0) ack 1 win 0");
            }
            tcp.expectState(TcpState.ESTABLISHED);
        }

        @Test
        void shouldNotProbeWhenNothingIsLeftToSend() {
            tcp.write(1).at(5_000_000).skip().in(". 1(0) ack 2 win 0");
            tcp.at(5_000_000_000L).quiet().expectState(TcpState.ESTABLISHED);
        }

        @Test
        void shouldGiveUpWhenNobodyAnswersTheProbes() {
            tcp.write(100).at(5_000_000_000L).expectState(TcpState.CLOSED);
            assertThat(tcp.tcb.error()).isEqualTo(NetError.ETIMEDOUT);
        }

        @Test
        void shouldProbeWhenTheWindowIsTakenBack() {
            final TcpScript open = TcpScript.established(TcpScript.plain(), 3_000);
            open.write(2_000).skip().in(". 1(0) ack 1001 win 0").at(4_999_999).quiet();
            open.at(5_000_000).expect("5000000 . 1001(1) ack 1 win 57344");
        }

        @Test
        void shouldAcknowledgeFromInsideAWindowThatWasTakenBack() {
            final TcpScript open = TcpScript.established(TcpScript.plain(), 3_000);
            open.write(2_000).skip().in(". 1(0) ack 1001 win 300").skip();
            open.in("F. 1(0) ack 1001 win 300").expect("0 . 1301(0) ack 2 win 57344");
        }

        @Test
        void shouldNotSendASillySegmentButNotWaitForEver() {
            final TcpScript open = TcpScript.established(TcpScript.plain(), 3_000);
            open.write(3_000).skip().write(900).in(". 1(0) ack 3001 win 100").quiet();
            open.at(5_000_000).expect("5000000 . 3001(100) ack 1 win 57344");
        }
    }

    @Nested
    class KeepAlive {
        private final TcpScript tcp = TcpScript.established();

        KeepAlive() {
            tcp.tcb.keepTimes(75_000_000, 10_000_000, 2_000_000, 3);
            tcp.machine.keepAlive(tcp.tcb, true, tcp.nowUs());
        }

        @Test
        void shouldProbeWhenIdleAndGiveUp() {
            tcp.at(20_000_000);
            tcp.expect(
                    "10000000 . 0(0) ack 1 win 57344",
                    "12000000 . 0(0) ack 1 win 57344",
                    "14000000 . 0(0) ack 1 win 57344",
                    "16000000 R. 1(0) ack 1 win 0");
            assertThat(tcp.tcb.error()).isEqualTo(NetError.ETIMEDOUT);
        }

        @Test
        void shouldBeginAnewWhenTheProbeIsAnswered() {
            tcp.at(12_500_000).skip().in(". 1(0) ack 1 win 60000");
            tcp.at(22_499_999).quiet().at(22_500_000).expect("22500000 . 0(0) ack 1 win 57344");
        }

        @Test
        void shouldAnswerAProbe() {
            tcp.in(". 0(0) ack 1 win 60000").expect("0 . 1(0) ack 1 win 57344");
        }

        @Test
        void shouldBeOffUnlessAskedFor() {
            TcpScript.established().at(100_000_000_000L).quiet().expectState(TcpState.ESTABLISHED);
        }
    }
}
