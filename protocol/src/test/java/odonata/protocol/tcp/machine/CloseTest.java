package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Closing: RFC 9293 sections 3.6, 3.10.4 and the eighth step; TIME-WAIT and its reuse. */
class CloseTest {
    private final TcpScript tcp = TcpScript.established();

    @Test
    void shouldSendFinBehindTheTextAndGoOnReceiving() {
        tcp.write(100).skip().shutdown().expect("0 F. 101(0) ack 1 win 57344");
        tcp.in(". 1(0) ack 102 win 60000").expectState(TcpState.FIN_WAIT_2);
        tcp.in("P. 1(500) ack 102 win 60000").at(100_000).expect("100000 . 102(0) ack 501 win 56844");
        assertThat(TcpMachine.sendable(tcp.tcb)).isEqualTo(NetError.EPIPE);
        assertThat(TcpMachine.receivable(tcp.tcb)).isEqualTo(NetError.OK);
    }

    @Test
    void shouldPutFinOnTheLastSegment() {
        tcp.settings.initialCwnd = 1;
        tcp.write(4_380).skip().write(10).shutdown().quiet();
        tcp.in(". 1(0) ack 4001 win 60000").expect("0 FP. 4381(10) ack 1 win 57344".replace("4381(10)", "4001(390)"));
    }

    @Test
    void shouldKeepSendingInCloseWait() {
        tcp.in("F. 1(0) ack 1 win 60000").expect("0 . 1(0) ack 2 win 57344").expectState(TcpState.CLOSE_WAIT);
        tcp.expectEvents(TcpEvent.EOF);
        tcp.write(10).expect("0 P. 1(10) ack 2 win 57344");
        tcp.in(". 2(0) ack 11 win 60000").shutdown().expect("0 F. 11(0) ack 2 win 57344");
        tcp.in(". 2(0) ack 12 win 60000").expectState(TcpState.CLOSED);
        assertThat(tcp.tcb.error()).isEqualTo(NetError.OK);
    }

    @Test
    void shouldKeepAnEarlyFinUntilTheTextBeforeItIsThere() {
        tcp.in("F. 11(5) ack 1 win 60000").expect("0 . 1(0) ack 1 win 57344").expectState(TcpState.ESTABLISHED);
        tcp.in(". 1(10) ack 1 win 60000").expect("0 . 1(0) ack 17 win 57329").expectState(TcpState.CLOSE_WAIT);
    }

    @Test
    void shouldRetransmitFin() {
        tcp.shutdown().skip().at(1_000_000).expect("1000000 F. 1(0) ack 1 win 57344");
    }

    @Test
    void shouldQueueCloseInSynReceivedBehindText() {
        final TcpScript passive = new TcpScript(TcpScript.plain()).listen().in("S 0(0) win 5000");
        passive.write(5).skip().shutdown().expectState(TcpState.SYN_RECEIVED);
        passive.in(". 1(0) ack 1 win 5000").expect("0 FP. 1(5) ack 1 win 57344").expectState(TcpState.FIN_WAIT_1);
    }

    @Test
    void shouldResetWhenTextArrivesAfterClose() {
        tcp.close()
                .skip()
                .in("P. 1(5) ack 2 win 60000")
                .expect("0 R. 2(0) ack 1 win 0")
                .expectState(TcpState.CLOSED);
    }

    @Test
    void shouldResetWhenClosedWithUnreadText() {
        tcp.in("P. 1(5) ack 1 win 60000")
                .close()
                .expect("0 R. 1(0) ack 6 win 0")
                .expectState(TcpState.CLOSED);
    }

    /** {@code TF_NEEDFIN}: the FIN follows the handshake; close ends the attempt. */
    @Test
    void shouldSendTheFinAfterTheHandshakeWhenShutDownBefore() {
        final TcpScript early =
                new TcpScript(TcpScript.plain()).connect().skip().shutdown();
        early.expectState(TcpState.SYN_SENT).in("S. 0(0) ack 1 win 60000 <mss 1000>");
        early.expect("0 F. 1(0) ack 1 win 57344").expectState(TcpState.FIN_WAIT_1);
        new TcpScript(TcpScript.plain()).connect().skip().close().quiet().expectState(TcpState.CLOSED);
    }

    @Test
    void shouldEndFinWait2OfAClosedSocket() {
        tcp.close().in(". 1(0) ack 2 win 60000").expectState(TcpState.FIN_WAIT_2);
        tcp.at(599_999_999).expectState(TcpState.FIN_WAIT_2).at(600_000_000).expectState(TcpState.CLOSED);
    }

    @Test
    void shouldStayInFinWait2WhenOnlyHalfClosed() {
        tcp.shutdown().in(". 1(0) ack 2 win 60000").at(10_000_000_000L).expectState(TcpState.FIN_WAIT_2);
    }

    @Nested
    class InTimeWait {
        InTimeWait() {
            tcp.shutdown().in("F. 1(0) ack 2 win 60000").skip().expectState(TcpState.TIME_WAIT);
        }

        @Test
        void shouldLastTwoMsl() {
            tcp.at(59_999_999).expectState(TcpState.TIME_WAIT).at(60_000_000).expectState(TcpState.CLOSED);
            assertThat(tcp.tcb.error()).isEqualTo(NetError.OK);
        }

        @Test
        void shouldAcknowledgeAndRestartOnFin() {
            tcp.at(50_000_000).in("F. 1(0) ack 2 win 60000").expect("50000000 . 2(0) ack 2 win 57344");
            tcp.at(109_999_999).expectState(TcpState.TIME_WAIT).at(110_000_000).expectState(TcpState.CLOSED);
        }

        @Test
        void shouldBeReopenedByHigherSyn() {
            tcp.in("S 3(0) win 100").expectState(TcpState.CLOSED).quiet();
            assertThat(tcp.verdict).isEqualTo(TcpMachine.Verdict.AGAIN);
            assertThat(tcp.tcb.issFloor()).isEqualTo(TcpScript.ISS + 2);
        }

        @Test
        void shouldChallengeOldSyn() {
            tcp.in("S 2(0) win 100").expect("0 . 2(0) ack 2 win 57344").expectState(TcpState.TIME_WAIT);
            assertThat(tcp.verdict).isEqualTo(TcpMachine.Verdict.DONE);
        }

        /** RFC 1337, fix F1: nothing assassinates TIME-WAIT. */
        @Test
        void shouldBelieveNoReset() {
            tcp.in("R 2(0) win 0").in("R. 2(0) ack 2 win 0").in("R 3(0) win 0").quiet();
            tcp.settings.insecureRst = true;
            tcp.in("R 2(0) win 0").quiet().expectState(TcpState.TIME_WAIT);
        }

        /** Whatever is more than the last ACK repeated is answered. */
        @Test
        void shouldAcknowledgeAllButARepeatedAck() {
            final String ack = "0 . 2(0) ack 2 win 57344";
            tcp.in(". 2(0) ack 2 win 60000")
                    .in("- 2(0) win 60000")
                    .in("F 2(0) win 60000")
                    .quiet();
            tcp.in(". 1(0) ack 2 win 60000")
                    .expect(ack)
                    .in(". 3(0) ack 2 win 60000")
                    .expect(ack);
            tcp.in("F. 2(0) ack 2 win 60000")
                    .expect(ack)
                    .in("F. 57346(0) ack 2 win 60000")
                    .expect(ack);
            tcp.in("P. 2(5) ack 2 win 60000")
                    .expect(ack)
                    .in(". 2(0) ack 1 win 60000")
                    .expect(ack);
            tcp.in("S. 2(0) ack 2 win 60000").expect(ack).expectState(TcpState.TIME_WAIT);
        }
    }
}
