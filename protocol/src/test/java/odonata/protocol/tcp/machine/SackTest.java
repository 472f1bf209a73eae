package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** RFC 2018 and RFC 6675. Segments are 1000 bytes. */
class SackTest {
    private final TcpSettings settings = TcpScript.plain();

    SackTest() {
        settings.sack = true;
    }

    private TcpScript flying(final int segments) {
        settings.initialCwnd = segments;
        final TcpScript tcp = TcpScript.established(settings, 60_000);
        return tcp.write(1_000 * segments).skip();
    }

    private static String dup(final String blocks) {
        return ". 1(0) ack 1 win 60000 <sack " + blocks + ">";
    }

    @Nested
    class Receiver {
        @Test
        void shouldReportThePieceThatChangedLastFirst() {
            final TcpScript tcp = TcpScript.established(settings, 60_000);
            tcp.in(". 101(100) ack 1 win 60000").expect("0 . 1(0) ack 1 win 57344 <nop,nop,sack 101-201>");
            tcp.in(". 401(100) ack 1 win 60000").expect("0 . 1(0) ack 1 win 57344 <nop,nop,sack 401-501 101-201>");
            tcp.in(". 201(100) ack 1 win 60000").expect("0 . 1(0) ack 1 win 57344 <nop,nop,sack 101-301 401-501>");
            tcp.in(". 1(100) ack 1 win 60000").expect("0 . 1(0) ack 301 win 57044 <nop,nop,sack 401-501>");
            tcp.in(". 301(100) ack 1 win 60000").expect("0 . 1(0) ack 501 win 56844");
        }

        @Test
        void shouldReportThreeBesideTimestamps() {
            settings.rfc1323 = true;
            final TcpScript tcp = TcpScript.established(settings, 60_000);
            for (int i = 1; i <= 5; i++) {
                tcp.in(". " + (200 * i) + "(100) ack 1 win 60000 <ts 1 0>");
            }
            assertThat(tcp.count(TcpCounter.RCVOOPACK)).isEqualTo(5);
            tcp.skip().in(". 1300(1) ack 1 win 60000 <ts 1 0>");
            tcp.expect("0 . 1(0) ack 1 win 1792 <nop,nop,ts 0 1,nop,nop,sack 1300-1301 1000-1100 800-900>");
        }

        /** RFC 2883 section 4: the duplicate first, then the piece that it lies in; once. */
        @Test
        void shouldReportWhatCameTwiceFirst() {
            final TcpScript tcp = TcpScript.established(settings, 60_000);
            tcp.in(". 1(500) ack 1 win 60000").in(". 501(500) ack 1 win 60000").skip();
            tcp.in(". 1(500) ack 1 win 60000").expect("0 . 1(0) ack 1001 win 56344 <nop,nop,sack 1-501>");
            tcp.in(". 2001(500) ack 1 win 60000").expect("0 . 1(0) ack 1001 win 56344 <nop,nop,sack 2001-2501>");
            tcp.in(". 2501(500) ack 1 win 60000").skip().in(". 2501(500) ack 1 win 60000");
            tcp.expect("0 . 1(0) ack 1001 win 56344 <nop,nop,sack 2501-3001 2001-3001>");
            tcp.in(". 501(1000) ack 1 win 60000");
            tcp.expect("0 . 1(0) ack 1501 win 55844 <nop,nop,sack 501-1001 2001-3001>");
            tcp.in(". 1501(1000) ack 1 win 60000").expect("0 . 1(0) ack 3001 win 54344 <nop,nop,sack 2001-2501>");
            tcp.in(". 3001(100) ack 1 win 60000").at(100_000).expect("100000 . 1(0) ack 3101 win 54244");
        }

        @Test
        void shouldReportNothingToAPeerThatDidNotPermitIt() {
            final TcpScript tcp =
                    new TcpScript(settings).listen().in("S 0(0) win 9000").in(". 1(0) ack 1 win 9000");
            tcp.skip().in(". 101(100) ack 1 win 60000").expect("0 . 1(0) ack 1 win 57344");
            tcp.in(". 101(100) ack 1 win 60000").expect("0 . 1(0) ack 1 win 57344");
        }
    }

    @Nested
    class Sender {
        @Test
        void shouldRepairAllHolesInOneRoundTripAndNothingElse() {
            final TcpScript tcp = flying(10);
            tcp.in(dup("1001-2001")).quiet().in(dup("3001-4001 1001-2001")).quiet();
            tcp.in(dup("5001-6001 3001-4001 1001-2001"))
                    .expect("0 . 1(1000) ack 1 win 57344")
                    .expectCwnd(5_000, 5_000);
            tcp.in(dup("6001-7001 3001-4001 1001-2001")).quiet();
            tcp.in(dup("6001-8001 3001-4001 1001-2001"));
            tcp.expect("0 . 2001(1000) ack 1 win 57344", "0 . 4001(1000) ack 1 win 57344");
            tcp.in(". 1(0) ack 10001 win 60000").quiet().expectCwnd(5_000, 5_000);
            assertThat(tcp.count(TcpCounter.SNDREXMITPACK)).isEqualTo(3);
        }

        @Test
        void shouldRescueTheLastSegmentOnceWhenNothingElseCanBeSent() {
            final TcpScript tcp = flying(6);
            tcp.in(dup("1001-2001")).in(dup("1001-3001")).in(dup("1001-4001"));
            tcp.expect("0 . 1(1000) ack 1 win 57344");
            tcp.in(dup("1001-5001")).expect("0 P. 5001(1000) ack 1 win 57344");
            tcp.in(". 1(0) ack 5001 win 60000").quiet();
        }

        @Test
        void shouldNotCountADuplicateThatReportsNothingNew() {
            final TcpScript tcp = flying(10);
            for (int i = 0; i < 5; i++) {
                tcp.in(dup("1001-2001"));
            }
            tcp.quiet();
            assertThat(tcp.tcb.dupAcks()).isEqualTo(1);
        }

        @Test
        void shouldIgnoreImpossibleBlocks() {
            final TcpScript tcp = flying(4);
            tcp.in(dup("4001-9001")).in(dup("3001-2001")).quiet();
            assertThat(tcp.tcb.dupAcks()).isZero();
        }

        @Test
        void shouldForgetReportsAtATimeout() {
            final TcpScript tcp = flying(4);
            tcp.in(dup("2001-4001")).skip().at(1_000_000).expect("1000000 . 1(1000) ack 1 win 57344");
            tcp.in(". 1(0) ack 1001 win 60000")
                    .expect("1000000 . 1001(1000) ack 1 win 57344", "1000000 . 2001(1000) ack 1 win 57344");
        }

        @Test
        void shouldSendALimitedSegmentForNewReports() {
            final TcpScript tcp = flying(4);
            tcp.write(3_000).quiet().in(dup("1001-2001")).expect("0 . 4001(1000) ack 1 win 57344");
            tcp.in(dup("1001-2001")).quiet();
            tcp.in(dup("1001-3001")).expect("0 . 5001(1000) ack 1 win 57344");
        }
    }
}
