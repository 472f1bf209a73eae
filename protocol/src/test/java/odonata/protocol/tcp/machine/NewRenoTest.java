package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.tcp.cc.NewReno;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** RFC 5681, 6582, 3390, 3042 and 5827 segment by segment. Segments are 1000 bytes. */
class NewRenoTest {
    private static final String DUP = ". 1(0) ack ";

    private final TcpSettings settings = TcpScript.plain();

    /** Established, {@code segments} of them out. */
    private TcpScript flying(final int segments) {
        settings.initialCwnd = segments;
        final TcpScript tcp = TcpScript.established(settings, 60_000);
        return tcp.write(1_000 * segments).skip();
    }

    private static void duplicates(final TcpScript tcp, final int ack, final int count) {
        for (int i = 0; i < count; i++) {
            tcp.in(DUP + ack + " win 60000");
        }
    }

    @Test
    void I51_initialWindowOfRfc3390() {
        assertThat(NewReno.initialWindow(536)).isEqualTo(2_144);
        assertThat(NewReno.initialWindow(1_095)).isEqualTo(4_380);
        assertThat(NewReno.initialWindow(1_460)).isEqualTo(4_380);
        assertThat(NewReno.initialWindow(2_190)).isEqualTo(4_380);
        assertThat(NewReno.initialWindow(8_960)).isEqualTo(17_920);
    }

    @Nested
    class Growth {
        @Test
        void shouldGrowByWhatIsAcknowledgedAtMostASegmentInSlowStart() {
            final TcpScript tcp = flying(4);
            tcp.in(DUP + "11 win 60000").expectCwnd(4_010, Integer.MAX_VALUE);
            tcp.in(DUP + "3001 win 60000").expectCwnd(5_010, Integer.MAX_VALUE);
        }

        @Test
        void shouldGrowByASegmentForEachWindowInAvoidance() {
            final TcpScript tcp = flying(4);
            tcp.at(1_000_000).in(DUP + "4001 win 60000").expectCwnd(2_000, 2_000);
            tcp.write(2_000).in(DUP + "5001 win 60000").expectCwnd(2_000, 2_000);
            tcp.in(DUP + "6001 win 60000").expectCwnd(3_000, 2_000);
            tcp.write(3_000).in(DUP + "8001 win 60000").expectCwnd(3_000, 2_000);
            tcp.in(DUP + "9001 win 60000").expectCwnd(4_000, 2_000);
        }

        @Test
        void shouldBeginAnewAfterIdle() {
            final TcpScript tcp = flying(4);
            tcp.in(DUP + "1001 win 60000").in(DUP + "4001 win 60000").expectCwnd(6_000, Integer.MAX_VALUE);
            tcp.at(2_000_000).write(10).expectCwnd(4_000, Integer.MAX_VALUE);
        }
    }

    @Nested
    class FastRetransmit {
        @Test
        void I51_shouldRepairOneHoleForEachPartialAckAndHalveOnce() {
            settings.limitedTransmit = false;
            final TcpScript tcp = flying(8);
            duplicates(tcp, 1, 2);
            tcp.quiet().expectCwnd(8_000, Integer.MAX_VALUE);
            duplicates(tcp, 1, 1);
            tcp.expect("0 . 1(1000) ack 1 win 57344").expectCwnd(4_000 + 3_000, 4_000);
            duplicates(tcp, 1, 2);
            tcp.quiet().expectCwnd(9_000, 4_000);
            tcp.in(DUP + "3001 win 60000").expect("0 . 3001(1000) ack 1 win 57344");
            tcp.expectCwnd(9_000 - 3_000 + 1_000, 4_000);
            assertThat(tcp.tcb.inRecovery()).isTrue();
            tcp.in(DUP + "8001 win 60000").quiet().expectCwnd(2_000, 4_000);
            assertThat(tcp.tcb.inRecovery()).isFalse();
        }

        @Test
        void shouldSendNewTextByTheInflatedWindow() {
            settings.limitedTransmit = false;
            final TcpScript tcp = flying(4);
            tcp.write(3_000).quiet();
            duplicates(tcp, 1, 3);
            tcp.expect("0 . 1(1000) ack 1 win 57344", "0 . 4001(1000) ack 1 win 57344");
            tcp.expectCwnd(5_000, 2_000);
        }

        @Test
        void shouldRestartTheTimerOnEveryPartialAck() {
            final TcpScript tcp = flying(8);
            duplicates(tcp, 1, 3);
            tcp.at(500_000)
                    .in(DUP + "1001 win 60000")
                    .at(900_000)
                    .in(DUP + "2001 win 60000")
                    .skip();
            assertThat(tcp.tcb.deadlineUs(TcpTimer.REXMT)).isEqualTo(TcpScript.START + 900_000 + tcp.tcb.rtoUs());
        }

        @Test
        void shouldNotStartAgainForDuplicatesOfTheTimeoutsRetransmissions() {
            final TcpScript tcp = flying(8);
            tcp.at(1_000_000).skip().in(DUP + "1001 win 60000").skip();
            duplicates(tcp, 1_001, 5);
            tcp.quiet();
            assertThat(tcp.tcb.inRecovery()).isFalse();
        }

        @Test
        void shouldNotTimeWhatWasSentTwice() {
            final TcpScript tcp = flying(8);
            final long srtt = tcp.tcb.srttUs();
            tcp.at(50_000);
            duplicates(tcp, 1, 3);
            tcp.at(250_000).in(DUP + "8001 win 60000");
            assertThat(tcp.tcb.srttUs()).isEqualTo(srtt);
        }

        @Test
        void shouldRepairALossAfterALostSyn() {
            settings.initialCwnd = 8;
            final TcpScript tcp = new TcpScript(settings);
            tcp.connect().at(3_000_000).in("S. 0(0) ack 1 win 60000 <mss 1000>").write(1_000);
            tcp.in(DUP + "1001 win 60000")
                    .write(2_000)
                    .in(DUP + "3001 win 60000")
                    .write(4_000)
                    .skip();
            duplicates(tcp, 3_001, 3);
            tcp.expect("3000000 P. 6001(1000) ack 1 win 57344", "3000000 . 3001(1000) ack 1 win 57344");
        }

        @Test
        void shouldCountOnlyTrueDuplicates() {
            final TcpScript tcp = flying(8);
            tcp.in(DUP + "1 win 59999").in(DUP + "1 win 59998").in(DUP + "1 win 59997");
            tcp.in(". 1(10) ack 1 win 59997").in(". 11(10) ack 1 win 59997").in(". 21(10) ack 1 win 59997");
            assertThat(tcp.tcb.dupAcks()).isZero();
        }

        @Test
        void shouldLeaveAtOnceAsRenoDid() {
            settings.newReno = false;
            final TcpScript tcp = flying(8);
            duplicates(tcp, 1, 3);
            tcp.skip().in(DUP + "1001 win 60000").quiet();
            assertThat(tcp.tcb.inRecovery()).isFalse();
        }
    }

    @Nested
    class LimitedTransmit {
        @Test
        void I51_shouldSendOneNewSegmentForEachOfTwoDuplicatesAndLeaveCwnd() {
            final TcpScript tcp = flying(4);
            tcp.write(5_000).quiet();
            duplicates(tcp, 1, 1);
            tcp.expect("0 . 4001(1000) ack 1 win 57344").expectCwnd(4_000, Integer.MAX_VALUE);
            duplicates(tcp, 1, 1);
            tcp.expect("0 . 5001(1000) ack 1 win 57344").expectCwnd(4_000, Integer.MAX_VALUE);
            duplicates(tcp, 1, 1);
            tcp.expect("0 . 1(1000) ack 1 win 57344").expectCwnd(5_000, 2_000);
        }

        @Test
        void shouldSendBothOnTheSecondWhenTheFirstHadNothing() {
            final TcpScript tcp = flying(4);
            duplicates(tcp, 1, 1);
            tcp.quiet().write(3_000).quiet();
            duplicates(tcp, 1, 1);
            tcp.expect("0 . 4001(1000) ack 1 win 57344", "0 . 5001(1000) ack 1 win 57344");
        }

        @Test
        void shouldRespectThePeersWindow() {
            settings.initialCwnd = 4;
            final TcpScript tcp = TcpScript.established(settings, 4_500);
            tcp.write(8_000).skip().in(DUP + "1 win 4500").quiet();
        }

        @Test
        void shouldNotHaveMoreOutThanTwoSegmentsBeyondCwnd() {
            final TcpScript tcp = flying(4);
            tcp.write(5_000).quiet();
            tcp.tcb.congestionControl().restore(1_000, 4_000);
            duplicates(tcp, 1, 2);
            tcp.quiet();
        }

        @Test
        void shouldSendNothingWhenOff() {
            settings.limitedTransmit = false;
            final TcpScript tcp = flying(4);
            tcp.write(5_000);
            duplicates(tcp, 1, 2);
            tcp.quiet();
        }
    }

    @Nested
    class EarlyRetransmit {
        private TcpScript flying(final int segments, final int bytes) {
            settings.rfc1323 = true;
            settings.mss = 1_012;
            final TcpScript tcp = TcpScript.established(settings, 60_000);
            tcp.tcb.noDelay(true);
            for (int i = 0; i < segments; i++) {
                tcp.write(bytes);
            }
            return tcp.skip();
        }

        private void duplicate(final TcpScript tcp) {
            tcp.in(". 1(0) ack 1 win 60000 <ts 1 0>");
        }

        @Test
        void I51_shouldNeedOneDuplicateForTwoSegments() {
            final TcpScript tcp = flying(2, 1_000);
            duplicate(tcp);
            tcp.expect("0 . 1(1000) ack 1 win 1792 <nop,nop,ts 0 1>");
            assertThat(tcp.count(TcpCounter.SNDEARLYREXMIT)).isEqualTo(1);
        }

        @Test
        void I51_shouldNeedTwoDuplicatesForThreeSegments() {
            final TcpScript tcp = flying(3, 1_000);
            duplicate(tcp);
            tcp.quiet();
            duplicate(tcp);
            tcp.expect("0 . 1(1000) ack 1 win 1792 <nop,nop,ts 0 1>");
        }

        @Test
        void shouldCountSegmentsWhereTheyAreSmall() {
            settings.earlyRetransmit = TcpSettings.EarlyRetransmit.SEGMENTS;
            final TcpScript tcp = flying(3, 100);
            duplicate(tcp);
            tcp.quiet();
            duplicate(tcp);
            tcp.expect("0 P. 1(300) ack 1 win 1792 <nop,nop,ts 0 1>");
        }

        @Test
        void shouldFindNothingByBytesWhereSegmentsAreSmall() {
            final TcpScript tcp = flying(3, 100);
            duplicate(tcp);
            duplicate(tcp);
            tcp.quiet();
        }

        @Test
        void shouldRatherSendNewText() {
            final TcpScript tcp = flying(2, 1_000);
            settings.limitedTransmit = false;
            tcp.tcb.noPush(true);
            tcp.write(500);
            duplicate(tcp);
            tcp.quiet();
        }

        @Test
        void shouldNotHappenWhereItCouldNotBeUndone() {
            settings.eifel = false;
            final TcpScript tcp = flying(2, 1_000);
            duplicate(tcp);
            tcp.quiet();
        }
    }

    /** Timestamps are on; the echo decides. */
    @Nested
    class Eifel {
        private final TcpScript tcp;

        Eifel() {
            settings.rfc1323 = true;
            settings.mss = 1_012;
            settings.initialCwnd = 4;
            tcp = TcpScript.established(settings, 60_000);
            tcp.write(4_000).skip();
        }

        @Test
        void I52_shouldRestoreAfterASpuriousTimeout() {
            tcp.at(1_000_000).expectCwnd(1_000, 2_000).skip();
            tcp.in(". 1(0) ack 1001 win 60000 <ts 2 0>").quiet().expectCwnd(4_000, Integer.MAX_VALUE);
            assertThat(tcp.tcb.sndNxt()).isEqualTo(tcp.tcb.sndMax());
            assertThat(tcp.tcb.rexmtShift()).isZero();
            assertThat(tcp.tcb.srttUs()).isEqualTo(1_000_000);
            assertThat(tcp.count(TcpCounter.EIFELDETECTED)).isEqualTo(1);
        }

        @Test
        void I52_shouldRestoreNothingWhenTheEchoIsOfTheRetransmission() {
            tcp.at(1_000_000).skip().in(". 1(0) ack 1001 win 60000 <ts 2 100>").expectCwnd(2_000, 2_000);
            assertThat(tcp.count(TcpCounter.EIFELDETECTED)).isZero();
        }

        @Test
        void I52_shouldLookOnceOnly() {
            tcp.at(1_000_000).skip().in(". 1(0) ack 1001 win 60000 <ts 2 100>");
            tcp.in(". 1(0) ack 2001 win 60000 <ts 2 0>");
            assertThat(tcp.count(TcpCounter.EIFELDETECTED)).isZero();
        }

        @Test
        void I52_shouldRestoreAfterASpuriousFastRetransmit() {
            tcp.at(50_000);
            for (int i = 0; i < 3; i++) {
                tcp.in(". 1(0) ack 1 win 60000 <ts 2 0>");
            }
            tcp.skip().expectCwnd(5_000, 2_000).in(". 1(0) ack 4001 win 60000 <ts 2 0>");
            tcp.quiet().expectCwnd(4_000, Integer.MAX_VALUE);
            assertThat(tcp.tcb.inRecovery()).isFalse();
        }
    }
}
