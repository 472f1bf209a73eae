package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.tcp.machine.TcpSettings.Ecn;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** RFC 3168 section 6.1. Segments are 1000 bytes. */
class EcnTest {
    private final TcpSettings settings = TcpScript.plain();

    EcnTest() {
        settings.ecn = Ecn.ASK;
    }

    private TcpScript established() {
        final TcpScript tcp = new TcpScript(settings).connect().skip();
        return tcp.in("SE. 0(0) ack 1 win 60000 <mss 1000>").expect("0 . 1(0) ack 1 win 57344");
    }

    private TcpScript flying(final int segments) {
        settings.initialCwnd = segments;
        return established().write(1_000 * segments).skip();
    }

    @Nested
    class Setup {
        @Test
        void shouldAskAndBeGranted() {
            final TcpScript tcp = new TcpScript(settings).connect().expect("0 SEW 0(0) win 57344 <mss 1000>");
            tcp.in("SE. 0(0) ack 1 win 60000 <mss 1000>").expect("0 . 1(0) ack 1 win 57344");
            assertThat(TcpInfo.of(tcp.tcb).ecn()).isTrue();
            assertThat(tcp.count(TcpCounter.ECN_SHS)).isOne();
        }

        @Test
        void shouldNotTakeForGrantedWhatOnlyReflectsTheBits() {
            final TcpScript tcp = new TcpScript(settings).connect().skip();
            tcp.in("SEW. 0(0) ack 1 win 60000 <mss 1000>").skip();
            assertThat(TcpInfo.of(tcp.tcb).ecn()).isFalse();
            tcp.write(100).expect("0 P. 1(100) ack 1 win 57344");
        }

        @Test
        void shouldAskNoMoreWhenItWasLostTwice() {
            final TcpScript tcp = new TcpScript(settings).connect().at(10_000_000);
            tcp.expect(
                    "0 SEW 0(0) win 57344 <mss 1000>",
                    "3000000 SEW 0(0) win 57344 <mss 1000>",
                    "6000000 S 0(0) win 57344 <mss 1000>",
                    "9000000 S 0(0) win 57344 <mss 1000>");
        }

        @Test
        void shouldGrantWhenAskedAndNotElse() {
            settings.ecn = Ecn.GRANT;
            new TcpScript(settings)
                    .listen()
                    .in("SEW 0(0) win 60000 <mss 1000>")
                    .expect("0 SE. 0(0) ack 1 win 57344 <mss 1000>");
            new TcpScript(settings)
                    .listen()
                    .in("S 0(0) win 60000 <mss 1000>")
                    .expect("0 S. 0(0) ack 1 win 57344 <mss 1000>");
            new TcpScript(settings).connect().expect("0 S 0(0) win 57344 <mss 1000>");
        }

        @Test
        void shouldNotGrantWhenOff() {
            settings.ecn = Ecn.OFF;
            new TcpScript(settings)
                    .listen()
                    .in("SEW 0(0) win 60000 <mss 1000>")
                    .expect("0 S. 0(0) ack 1 win 57344 <mss 1000>");
        }
    }

    @Nested
    class Receiver {
        @Test
        void shouldEchoUntilThePeerSaysThatItKnows() {
            final TcpScript tcp = established();
            tcp.in(". 1(1000) ack 1 win 60000 ce").in(". 1001(1000) ack 1 win 60000");
            tcp.expect("0 E. 1(0) ack 2001 win 55344");
            tcp.in(". 2001(1000) ack 1 win 60000").in(". 3001(1000) ack 1 win 60000");
            tcp.expect("0 E. 1(0) ack 4001 win 53344");
            tcp.in("W. 4001(1000) ack 1 win 60000").in(". 5001(1000) ack 1 win 60000");
            tcp.expect("0 . 1(0) ack 6001 win 51344");
            assertThat(tcp.count(TcpCounter.ECN_CE)).isOne();
        }

        @Test
        void shouldEchoAMarkThatComesWithThePeersKnowledgeOfAnother() {
            final TcpScript tcp = established();
            tcp.in(". 1(1000) ack 1 win 60000 ce").in("W. 1001(1000) ack 1 win 60000 ce");
            tcp.expect("0 E. 1(0) ack 2001 win 55344");
        }

        @Test
        void shouldMindNoMarkWithoutSetup() {
            settings.ecn = Ecn.OFF;
            final TcpScript tcp = TcpScript.established(settings, 60_000);
            tcp.in(". 1(1000) ack 1 win 60000 ce").in(". 1001(1000) ack 1 win 60000");
            tcp.expect("0 . 1(0) ack 2001 win 55344");
        }
    }

    @Nested
    class Sender {
        @Test
        void shouldMarkOnlyNewText() {
            final TcpScript tcp = established();
            tcp.write(500).expect("0 P. 1(500) ack 1 win 57344 ect");
            tcp.at(1_000_000).expect("1000000 P. 1(500) ack 1 win 57344");
            tcp.in(". 1(0) ack 501 win 60000").quiet();
            tcp.close().expect("1000000 F. 501(0) ack 1 win 57344");
        }

        @Test
        void shouldHalveOnceForWhatWasOutAndSaySo() {
            final TcpScript tcp = flying(8);
            tcp.in("E. 1(0) ack 1001 win 60000");
            tcp.expectCwnd(4_000, 4_000);
            tcp.in("E. 1(0) ack 2001 win 60000").in("E. 1(0) ack 4001 win 60000");
            tcp.expectCwnd(4_000, 4_000).write(2_000).quiet();
            tcp.in(". 1(0) ack 6001 win 60000");
            tcp.expect("0 W. 8001(1000) ack 1 win 57344 ect", "0 P. 9001(1000) ack 1 win 57344 ect");
            assertThat(tcp.count(TcpCounter.ECN_RCWND)).isOne();
        }

        @Test
        void shouldHalveAgainForWhatWasSentAfterwards() {
            final TcpScript tcp = flying(8);
            tcp.in("E. 1(0) ack 8001 win 60000").expectCwnd(4_000, 4_000);
            tcp.write(4_000).skip();
            tcp.in("E. 1(0) ack 9001 win 60000").expectCwnd(2_000, 2_000);
        }

        @Test
        void shouldNotOpenCwndByAnEcho() {
            settings.initialCwnd = 4;
            final TcpScript tcp = established().write(4_000).skip();
            tcp.in("E. 1(0) ack 4001 win 60000").expectCwnd(2_000, 2_000);
            tcp.write(2_000).skip();
            tcp.in("E. 1(0) ack 5001 win 60000");
            assertThat(tcp.tcb.congestionControl().cwnd()).isLessThanOrEqualTo(2_000);
        }

        @Test
        void shouldSayItAfterALossToo() {
            final TcpScript tcp = flying(8);
            for (int i = 0; i < 3; i++) {
                tcp.in(". 1(0) ack 1 win 60000");
            }
            tcp.skip().in(". 1(0) ack 8001 win 60000").write(1_000);
            tcp.expect("0 PW. 8001(1000) ack 1 win 57344 ect");
        }
    }
}
