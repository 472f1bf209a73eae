package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** RFC 7323: timestamps, PAWS, window scaling. */
class TimestampsTest {
    private final TcpSettings settings = new TcpSettings();
    private final TcpScript tcp;

    TimestampsTest() {
        settings.mss = 1_000;
        tcp = TcpScript.established(settings, 60_000);
        tcp.at(1_000_000).in(". 1(0) ack 1 win 60000 <ts 1000 0>").quiet();
    }

    @Test
    void shouldEchoTheTimestampOfTheSegmentThatMovedTheWindow() {
        tcp.in(". 1(10) ack 1 win 60000 <ts 1010 0>").in(". 11(10) ack 1 win 60000 <ts 1020 0>");
        tcp.expect("1000000 . 1(0) ack 21 win 1791 <nop,nop,ts 100 1010>");
    }

    @Test
    void shouldNotEchoTheTimestampBehindAGap() {
        tcp.in(". 11(10) ack 1 win 60000 <ts 1010 0>");
        tcp.expect("1000000 . 1(0) ack 1 win 1792 <nop,nop,ts 100 1000>");
        tcp.in(". 1(10) ack 1 win 60000 <ts 1005 0>");
        tcp.expect("1000000 . 1(0) ack 21 win 1791 <nop,nop,ts 100 1005>");
    }

    @Test
    void shouldDropAndAcknowledgeAnOldIncarnation() {
        tcp.in(". 1(10) ack 1 win 60000 <ts 999 0>").expect("1000000 . 1(0) ack 1 win 1792 <nop,nop,ts 100 1000>");
        assertThat(tcp.count(TcpCounter.PAWSDROP)).isEqualTo(1);
        assertThat(tcp.tcb.receiveBuffer().available()).isZero();
    }

    /** Else a stranger makes all that the peer sends old (RFC 7323 section 5.3, R2 before R3). */
    @Test
    void shouldNotBelieveTheTimestampOfASegmentOutsideTheWindowOrWithAnImpossibleAck() {
        tcp.in(". -50000(10) ack 1 win 60000 <ts 900000 0>").in(". 1(10) ack 70000 win 60000 <ts 900000 0>");
        tcp.in(". 1(10) ack 1 win 60000 <ts 1001 0>");
        assertThat(tcp.tcb.receiveBuffer().available()).isEqualTo(10);
    }

    @Test
    void shouldBelieveAnOldTimestampAfter24Days() {
        tcp.at(1_000_000L + 24 * 86_400_000_000L).in(". 1(10) ack 1 win 60000 <ts 5 0>");
        assertThat(tcp.tcb.receiveBuffer().available()).isEqualTo(10);
    }

    @Test
    void shouldDropASegmentWithoutTimestampButNotAReset() {
        tcp.in(". 1(10) ack 1 win 60000").quiet();
        assertThat(tcp.tcb.receiveBuffer().available()).isZero();
        tcp.in("R 1(0) win 0").expectState(TcpState.CLOSED);
    }

    @Test
    void shouldScaleBothWindows() {
        final TcpScript scaled = new TcpScript(settings);
        settings.windowScale = 4;
        settings.recvSpace = 500_000;
        final TcpScript big = new TcpScript(settings);
        big.listen().in("S 0(0) win 1000 <mss 1000,wscale 7>");
        big.expect("0 S. 0(0) ack 1 win 65535 <mss 1000,nop,wscale 4>");
        assertThat(big.tcb.sndWnd()).isEqualTo(1_000);
        big.in(". 1(0) ack 1 win 1000");
        assertThat(big.tcb.sndWnd()).isEqualTo(128_000);
        big.in(". 1(16) ack 1 win 1000").at(100_000).expect("100000 . 1(0) ack 17 win 31249");
        assertThat(scaled.tcb.sndWnd()).isZero();
    }

    @Test
    void shouldNotTakeARoundedWindowForOneTakenBack() {
        final TcpScript scaled = new TcpScript(settings);
        scaled.connect()
                .in("S. 0(0) ack 1 win 2000 <mss 1000,wscale 5>")
                .write(2_000)
                .skip();
        scaled.in(". 1(0) ack 1001 win 31").in("F. 1(0) ack 1001 win 31");
        scaled.expect("0 . 2001(0) ack 2 win 1792");
    }

    @Test
    void shouldReopenTimeWaitByANewerTimestamp() {
        tcp.shutdown().in("F. 1(0) ack 2 win 60000 <ts 1001 0>").expectState(TcpState.TIME_WAIT);
        tcp.in("S -5000(0) win 100 <ts 1002 0>").expectState(TcpState.CLOSED);
        assertThat(tcp.verdict).isEqualTo(TcpMachine.Verdict.AGAIN);
    }
}
