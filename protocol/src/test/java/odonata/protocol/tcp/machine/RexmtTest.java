package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Test;

/** RFC 6298 with Karn, RFC 9293 section 3.8.1 and 3.8.3. */
class RexmtTest {
    private final TcpScript tcp = TcpScript.established();

    /** A round trip of {@code us} from {@code at} on. */
    private void roundTrip(final long at, final long us, final int ack) {
        tcp.at(at).write(10).at(at + us).in(". 1(0) ack " + ack + " win 60000").skip();
    }

    @Test
    void shouldFollowTheFormulas() {
        final TcpScript fresh = new TcpScript(TcpScript.plain());
        fresh.connect().at(400_000).in("S. 0(0) ack 1 win 60000 <mss 1000>");
        assertThat(fresh.tcb.srttUs()).isEqualTo(400_000);
        assertThat(fresh.tcb.rttvarUs()).isEqualTo(200_000);
        assertThat(fresh.tcb.rtoUs()).isEqualTo(1_200_000);
        fresh.write(10).at(400_000 + 480_000).in(". 1(0) ack 11 win 60000");
        assertThat(fresh.tcb.rttvarUs()).isEqualTo(200_000 + (80_000 - 200_000) / 4);
        assertThat(fresh.tcb.srttUs()).isEqualTo(410_000);
        assertThat(fresh.tcb.rtoUs()).isEqualTo(410_000 + 4 * 170_000);
    }

    @Test
    void shouldNotGoBelowASecondNorAboveTheMost() {
        roundTrip(0, 1_000, 11);
        assertThat(tcp.tcb.rtoUs()).isEqualTo(1_000_000);
        roundTrip(1_000_000, 900_000, 21);
        assertThat(tcp.tcb.rtoUs()).isGreaterThan(1_000_000);
    }

    @Test
    void shouldBackOffToTheMostAndGiveUpAfterTwelve() {
        tcp.write(10).skip().at(1_000_000_000);
        final String again = "000000 P. 1(10) ack 1 win 57344";
        tcp.expect(
                "1" + again,
                "3" + again,
                "7" + again,
                "15" + again,
                "31" + again,
                "63" + again,
                "127" + again,
                "191" + again,
                "255" + again,
                "319" + again,
                "383" + again,
                "447" + again,
                "511000000 R. 11(0) ack 1 win 0");
        tcp.expectState(TcpState.CLOSED).expectEvents(TcpEvent.CLOSED);
        assertThat(tcp.tcb.error()).isEqualTo(NetError.ETIMEDOUT);
    }

    @Test
    void shouldNotTimeWhatWasSentTwice() {
        tcp.write(10).at(1_000_000).at(1_001_000);
        final long srtt = tcp.tcb.srttUs();
        tcp.in(". 1(0) ack 11 win 60000");
        assertThat(tcp.tcb.srttUs()).isEqualTo(srtt);
        assertThat(tcp.tcb.rexmtShift()).isZero();
    }

    @Test
    void shouldRestartTheTimerWhenNewTextIsAcknowledgedAndStopItAtTheEnd() {
        tcp.write(2_000).skip().at(100_000).in(". 1(0) ack 1001 win 60000");
        tcp.at(1_099_999).quiet().at(1_100_000).expect("1100000 P. 1001(1000) ack 1 win 57344");
        tcp.at(1_150_000).in(". 1(0) ack 2001 win 60000").at(100_000_000).quiet();
        assertThat(tcp.tcb.deadlineUs(TcpTimer.REXMT)).isEqualTo(TcpTimer.NEVER);
    }

    @Test
    void shouldNotRestartTheTimerOnDuplicates() {
        tcp.write(10).skip().at(500_000).in(". 1(0) ack 1 win 60000");
        tcp.at(1_000_000).expect("1000000 P. 1(10) ack 1 win 57344");
    }

    @Test
    void shouldGoBackAndSendAgainFromTheFirstInSlowStart() {
        tcp.write(4_000).skip().at(1_000_000).expect("1000000 . 1(1000) ack 1 win 57344");
        tcp.expectCwnd(1_000, 2_000);
        tcp.in(". 1(0) ack 1001 win 60000")
                .expect("1000000 . 1001(1000) ack 1 win 57344", "1000000 . 2001(1000) ack 1 win 57344");
        tcp.expectCwnd(2_000, 2_000);
        tcp.in(". 1(0) ack 4001 win 60000").quiet();
        assertThat(tcp.tcb.flight()).isZero();
    }

    @Test
    void shouldHalveOnceOnlyForTheSameSegment() {
        tcp.write(4_000)
                .skip()
                .at(1_000_000)
                .expectCwnd(1_000, 2_000)
                .at(7_000_000)
                .expectCwnd(1_000, 2_000);
    }

    /** RFC 5482: R2 is the user's; what is acknowledged begins it anew. */
    @Test
    void shouldGiveUpWhenTheUserTimeoutIsOver() {
        tcp.tcb.userTimeout(5_000_000);
        tcp.write(10)
                .at(3_000_000)
                .in(". 1(0) ack 11 win 60000")
                .write(10)
                .skip()
                .at(7_999_999);
        tcp.expect("4000000 P. 11(10) ack 1 win 57344", "6000000 P. 11(10) ack 1 win 57344");
        tcp.at(8_000_000).expect("8000000 R. 21(0) ack 1 win 0").expectState(TcpState.CLOSED);
        assertThat(tcp.tcb.error()).isEqualTo(NetError.ETIMEDOUT);
    }

    @Test
    void shouldUseTheEchoWhenTheSegmentWasSentTwice() {
        final TcpSettings s = new TcpSettings();
        s.mss = 1_000;
        final TcpScript ts = TcpScript.established(s, 60_000);
        ts.write(10).at(1_000_000).at(1_250_000).in(". 1(0) ack 11 win 60000 <ts 2 100>");
        assertThat(ts.tcb.srttUs()).isEqualTo(1 + (250_000 - 1) / 8);
    }

    @Test
    void shouldReportTheSoftErrorWhenItGivesUp() {
        tcp.machine.signal(tcp.tcb, NetError.EHOSTUNREACH, false, tcp.nowUs());
        tcp.expectState(TcpState.ESTABLISHED).write(10).at(1_000_000_000);
        assertThat(tcp.tcb.error()).isEqualTo(NetError.EHOSTUNREACH);
    }

    @Test
    void shouldSendAgainInSmallerSegmentsWhenThePathIsNarrower() {
        tcp.write(2_000).skip();
        tcp.machine.pathMss(tcp.tcb, 700, tcp.nowUs());
        tcp.expect("0 . 1(700) ack 1 win 57344", "0 . 701(700) ack 1 win 57344", "0 P. 1401(600) ack 1 win 57344");
    }
}
