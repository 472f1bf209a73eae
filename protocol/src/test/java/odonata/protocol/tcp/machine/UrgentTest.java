package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The urgent pointer: RFC 9293 section 3.8.5, RFC 6093. */
class UrgentTest {
    private final TcpScript tcp = TcpScript.established();

    @Test
    void shouldPointBehindTheLastUrgentByteAndNotWait() {
        tcp.write(10).skip().writeUrgent(3).expect("0 PU. 11(3) ack 1 win 57344 urg 3");
        tcp.in(". 1(0) ack 14 win 60000").write(5).expect("0 P. 14(5) ack 1 win 57344");
    }

    @Test
    void shouldTellOfUrgentDataAlsoWithAClosedWindow() {
        final TcpScript closed = TcpScript.established(TcpScript.plain(), 0);
        closed.writeUrgent(4).expect("0 U. 1(0) ack 1 win 57344 urg 4");
    }

    @Test
    void shouldTellTheUserOnceAndKeepTheMark() {
        tcp.in("U. 1(10) ack 1 win 60000 urg 25").expectEvents(TcpEvent.URGENT, TcpEvent.READABLE);
        assertThat(tcp.tcb.urgentMark()).isEqualTo(25);
        tcp.in("U. 11(10) ack 1 win 60000 urg 15").expectEvents(TcpEvent.READABLE);
        tcp.read(20);
        assertThat(tcp.tcb.urgentMark()).isEqualTo(5);
        tcp.in("U. 21(10) ack 1 win 60000 urg 5").read(10);
        assertThat(tcp.tcb.urgentMark()).isZero();
    }

    @Test
    void shouldKeepTheMarkWhenTheEndFollows() {
        tcp.in("UF. 1(10) ack 1 win 60000 urg 10");
        assertThat(tcp.tcb.urgentMark()).isEqualTo(10);
    }

    /** After half the sequence space it would be one that lies ahead. */
    @Test
    void shouldNotLeaveAMarkBehindThatHasBeenRead() {
        tcp.in("U. 1(10) ack 1 win 60000 urg 10").read(10);
        tcp.in(". 11(20) ack 1 win 60000").read(15).in(". 31(10) ack 1 win 60000");
        assertThat(tcp.tcb.rcvUp).as("the first byte that is not read").isEqualTo(tcp.tcb.rcvNxt - 15);
    }

    @Test
    void shouldNotTakeAPointerBack() {
        tcp.in("U. 1(10) ack 1 win 60000 urg 50").in("U. 11(1) ack 1 win 60000 urg 1");
        assertThat(tcp.tcb.urgentMark()).isEqualTo(50);
    }
}
