package odonata.node.testport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.wire.Mbuf;
import odonata.testkit.TestPortClient;
import odonata.testkit.TestPortClient.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * TCP as outside suites see it: a state is reached by calls and segments, one segment arrives, and what is answered, the state and SO_ERROR
 * after it are looked at. A segment is {@code flags seq(length) [ack n]}, numbers counted from the sender's first; {@code -} has no flag.
 */
@Timeout(120)
class TestPortTcpTest {
    private static final int HOST = Ipv4Address.parse("192.168.0.1");
    private static final int PEER = Ipv4Address.parse("192.168.0.2");
    private static final int IRS = 5_000;
    private static final int STREAM_NONBLOCK = 0x801;
    private static final int TCP = 6;
    private static final int FD = 3;
    private static final String FLAGS = "FSRP.U";
    private static final Map<Integer, String> STATES = Map.ofEntries(
            Map.entry(1, "ESTABLISHED"),
            Map.entry(2, "SYN-SENT"),
            Map.entry(3, "SYN-RECEIVED"),
            Map.entry(4, "FIN-WAIT-1"),
            Map.entry(5, "FIN-WAIT-2"),
            Map.entry(6, "TIME-WAIT"),
            Map.entry(7, "CLOSED"),
            Map.entry(8, "CLOSE-WAIT"),
            Map.entry(9, "LAST-ACK"),
            Map.entry(10, "LISTEN"),
            Map.entry(11, "CLOSING"));

    private ServedPort served;
    private TestPortClient t;
    private int iss;
    private int lport;
    private byte[] lastTaken = {};

    @BeforeEach
    void open() throws IOException {
        served = new ServedPort(1);
        t = served.client();
    }

    @AfterEach
    void close() throws IOException {
        served.close();
    }

    private void in(final String segment) {
        final String[] words = segment.split("[ ()]+", -1);
        int flags = 0;
        for (final char flag : words[0].toCharArray()) {
            flags |= flag == '-' ? 0 : 1 << FLAGS.indexOf(flag);
        }
        final byte[] text = "x".repeat(Integer.parseInt(words[2])).getBytes(StandardCharsets.US_ASCII);
        final int ack = words.length > 4 ? iss + Integer.parseInt(words[4]) : 0;
        t.inject(TcpSegment.of(new FlowKey(PEER, 80, HOST, lport, IpProto.TCP))
                .seq(IRS + Integer.parseInt(words[1]))
                .ack(ack)
                .flags(flags)
                .window(32_767)
                .payload(text)
                .build());
    }

    /** What the host has sent and nobody has taken; "" for nothing. */
    private String out() {
        t.set("testport.take_limit=0");
        final Reply taken = t.take();
        if (taken.ret() < 0) {
            return "";
        }
        lastTaken = taken.payload();
        final TcpHeader h = new TcpHeader().wrap(new Ipv4Header().wrap(lastTaken, 0, lastTaken.length));
        if (h.has(TcpHeader.SYN)) {
            iss = h.seq();
            lport = h.sport();
        }
        final StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < FLAGS.length(); bit++) {
            text.append(h.has(1 << bit) ? FLAGS.substring(bit, bit + 1) : "");
        }
        text.append(' ')
                .append(h.seq() - iss)
                .append('(')
                .append(h.payloadLength())
                .append(')');
        return h.has(TcpHeader.ACK) ? text.append(" ack ").append(h.ack() - IRS).toString() : text.toString();
    }

    private String state() {
        return STATES.get((int) t.getsockopt(FD, TCP, 11, 232).payload()[0]);
    }

    private int error() {
        return t.getsockopt(FD, 1, 4, 4).numbers().getInt();
    }

    private void connecting() {
        t.map(t.socket(STREAM_NONBLOCK, TCP).ret(), FD);
        assertThat(t.connect(FD, PEER, 80).errno()).isEqualTo(115);
        assertThat(out()).isEqualTo("S 0(0)");
    }

    private void reach(final String wanted) {
        connecting();
        if (!"SYN-SENT".equals(wanted)) {
            in("S. 0(0) ack 1");
            assertThat(out()).isEqualTo(". 1(0) ack 1");
        }
        switch (wanted) {
            case "FIN-WAIT-1" -> t.shutdown(FD, 1);
            case "FIN-WAIT-2" -> {
                t.shutdown(FD, 1);
                in(". 1(0) ack 2");
            }
            case "CLOSING" -> {
                t.shutdown(FD, 1);
                in("F. 1(0) ack 1");
            }
            case "TIME-WAIT" -> {
                t.shutdown(FD, 1);
                in("F. 1(0) ack 2");
            }
            case "CLOSE-WAIT" -> in("F. 1(0) ack 1");
            case "LAST-ACK" -> {
                in("F. 1(0) ack 1");
                t.shutdown(FD, 1);
            }
            default -> {}
        }
        assertThat(state()).isEqualTo(wanted);
        while (!out().isEmpty()) {
            assertThat(lastTaken).isNotEmpty();
        }
    }

    /** RFC 9293 section 3.10.7.4, RFC 5961, RFC 1337; W is the window, 57,344. */
    /** Who wants to know before the connection is given up asks TCP_INFO (SHLD-9 of RFC 9293). */
    @Test
    void shouldTellHowOftenASegmentWasSentAgain() {
        connecting();
        t.sleep(2_999_999);
        assertThat(t.getsockopt(FD, TCP, 11, 232).payload()[2]).isZero();
        t.sleep(7_000_000);
        assertThat(t.getsockopt(FD, TCP, 11, 232).payload()[2]).isEqualTo((byte) 3);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "SYN-SENT   | R 1(0)             | ''            | SYN-SENT   | 0",
                "SYN-SENT   | R. 1(0) ack 1      | ''            | CLOSED     | 111",
                "SYN-SENT   | R. 1(0) ack 2      | ''            | SYN-SENT   | 0",
                "SYN-SENT   | . 1(0) ack 2       | R 2(0)        | SYN-SENT   | 0",
                "SYN-SENT   | F. 1(3) ack 0      | R 0(0)        | SYN-SENT   | 0",
                "SYN-SENT   | . 1(0) ack 1       | ''            | SYN-SENT   | 0",
                "SYN-SENT   | - 1(0)             | ''            | SYN-SENT   | 0",
                "SYN-SENT   | S 0(0)             | S. 0(0) ack 1 | SYN-RECEIVED | 0",
                "SYN-SENT   | SF 0(0)            | S. 0(0) ack 1 | SYN-RECEIVED | 0",
                "ESTABLISHED | R 0(0)            | ''            | ESTABLISHED | 0",
                "ESTABLISHED | R 1(0)            | ''            | CLOSED     | 104",
                "ESTABLISHED | R 57344(0)        | . 1(0) ack 1  | ESTABLISHED | 0",
                "ESTABLISHED | R 57345(0)        | ''            | ESTABLISHED | 0",
                "ESTABLISHED | S 1(0)            | . 1(0) ack 1  | ESTABLISHED | 0",
                "ESTABLISHED | S. 0(0) ack 1     | . 1(0) ack 1  | ESTABLISHED | 0",
                "ESTABLISHED | - 1(0)            | ''            | ESTABLISHED | 0",
                "ESTABLISHED | F 1(0)            | ''            | ESTABLISHED | 0",
                "ESTABLISHED | . 1(0) ack 2      | . 1(0) ack 1  | ESTABLISHED | 0",
                "ESTABLISHED | . 1(0) ack -40000 | . 1(0) ack 1  | ESTABLISHED | 0",
                "ESTABLISHED | P. 5(3) ack 1     | . 1(0) ack 1  | ESTABLISHED | 0",
                "ESTABLISHED | F. 5(0) ack 1     | . 1(0) ack 1  | ESTABLISHED | 0",
                "ESTABLISHED | F. 1(3) ack 1     | . 1(0) ack 5  | CLOSE-WAIT | 0",
                "FIN-WAIT-1 | R 1(0)             | ''            | CLOSED     | 104",
                "FIN-WAIT-1 | R 9(0)             | . 2(0) ack 1  | FIN-WAIT-1 | 0",
                "FIN-WAIT-1 | F. 1(0) ack 1      | . 2(0) ack 2  | CLOSING    | 0",
                "FIN-WAIT-1 | F. 1(0) ack 2      | . 2(0) ack 2  | TIME-WAIT  | 0",
                "FIN-WAIT-2 | S 9(0)             | . 2(0) ack 1  | FIN-WAIT-2 | 0",
                "FIN-WAIT-2 | F. 1(0) ack 2      | . 2(0) ack 2  | TIME-WAIT  | 0",
                "CLOSING    | R 2(0)             | ''            | CLOSED     | 104",
                "CLOSING    | F. 1(0) ack 1      | . 2(0) ack 2  | CLOSING    | 0",
                "CLOSING    | . 2(0) ack 2       | ''            | TIME-WAIT  | 0",
                "CLOSE-WAIT | R 2(0)             | ''            | CLOSED     | 104",
                "CLOSE-WAIT | F. 1(0) ack 1      | . 1(0) ack 2  | CLOSE-WAIT | 0",
                "LAST-ACK   | R 2(0)             | ''            | CLOSED     | 104",
                "LAST-ACK   | . 2(0) ack 2       | ''            | CLOSED     | 0",
                "TIME-WAIT  | R 2(0)             | ''            | TIME-WAIT  | 0",
                "TIME-WAIT  | R 9(0)             | ''            | TIME-WAIT  | 0",
                "TIME-WAIT  | S 2(0)             | . 2(0) ack 2  | TIME-WAIT  | 0",
                "TIME-WAIT  | S. 3(0) ack 2      | . 2(0) ack 2  | TIME-WAIT  | 0",
                "TIME-WAIT  | . 2(0) ack 2       | ''            | TIME-WAIT  | 0",
                "TIME-WAIT  | . 3(0) ack 2       | . 2(0) ack 2  | TIME-WAIT  | 0",
                "TIME-WAIT  | F. 2(0) ack 2      | . 2(0) ack 2  | TIME-WAIT  | 0",
                "TIME-WAIT  | F. 1(0) ack 2      | . 2(0) ack 2  | TIME-WAIT  | 0",
            })
    void shouldTakeASegment(
            final String before, final String segment, final String answer, final String after, final int errno) {
        reach(before);
        in(segment);
        assertThat(out()).isEqualTo(answer);
        assertThat(out()).isEmpty();
        assertThat(state()).isEqualTo(after);
        assertThat(error()).isEqualTo(errno);
    }

    /** RFC 793 when it is asked for: what lies in the window is believed, SYN and RST alike. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"insecure_rst, R 57344(0), '', CLOSED", "insecure_syn, S 57344(0), R. 1(0) ack 1, CLOSED"})
    void shouldFollowRfc793WhenInsecure(
            final String name, final String segment, final String answer, final String after) {
        t.set("net.inet.tcp." + name + "=1");
        reach("ESTABLISHED");
        in(segment);
        assertThat(out()).isEqualTo(answer);
        assertThat(state()).isEqualTo(after);
        assertThat(error()).isEqualTo(104);
    }

    /** To a port where nobody is, and where somebody listens (RFC 9293 sections 3.10.7.1 and 3.10.7.2). */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "S 0(0)       | R. 0(0) ack 1 | S. 0(0) ack 1",
                "S 0(3)       | R. 0(0) ack 4 | S. 0(0) ack 1",
                "SF 0(3)      | R. 0(0) ack 5 | S. 0(0) ack 1",
                "S. 0(0) ack 7 | R 7(0)       | R 7(0)",
                ". 5(3) ack 7 | R 7(0)        | R 7(0)",
                "F. 5(0) ack 7 | R 7(0)       | R 7(0)",
                "F 5(0)       | R. 0(0) ack 6 | ''",
                "- 5(0)       | R. 0(0) ack 5 | ''",
                "FPU 5(0)     | R. 0(0) ack 6 | ''",
                "R 5(0)       | ''            | ''",
                "R. 5(0) ack 7 | ''           | ''",
            })
    void shouldAnswerWhereNoConnectionIs(final String segment, final String closed, final String listening) {
        lport = 8_080;
        in(segment);
        assertThat(out()).isEqualTo(closed);
        t.map(t.socket(STREAM_NONBLOCK, TCP).ret(), FD);
        t.bind(FD, 0, lport);
        t.listen(FD, 5);
        in(segment);
        assertThat(out()).isEqualTo(listening);
        if (listening.startsWith("R")) {
            t.set("net.inet.tcp.blackhole=2");
            in(segment);
            assertThat(out()).as("there is somebody").isEqualTo(listening);
        }
    }

    /** RFC 1122 section 4.2.3.9 as BSD has it: what ends an open, and with which error; only if it quotes the SYN. */
    @ParameterizedTest(name = "type {0} code {1}")
    @CsvSource({"3, 0, 0", "3, 1, 0", "3, 2, 111", "3, 3, 111", "3, 9, 111", "3, 13, 111", "11, 0, 113", "11, 1, 0"})
    void shouldBelieveIcmpWhileItOpens(final int type, final int code, final int errno) {
        connecting();
        final byte[] forged = lastTaken.clone();
        forged[27]++;
        t.inject(IcmpError.build(PEER, type, code, 0, Mbuf.of(forged)).orElseThrow());
        assertThat(error()).isZero();
        t.set("net.inet.tcp.icmp_may_rst=0");
        t.inject(IcmpError.build(PEER, type, code, 0, Mbuf.of(lastTaken)).orElseThrow());
        assertThat(error()).isZero();
        t.set("net.inet.tcp.icmp_may_rst=1");
        t.inject(IcmpError.build(PEER, type, code, 0, Mbuf.of(lastTaken)).orElseThrow());
        assertThat(error()).isEqualTo(errno);
        assertThat(state()).isEqualTo(errno == 0 ? "SYN-SENT" : "CLOSED");
    }

    /** What each call says in each state. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // state, connect, listen, bind, accept, send, recv, shutdown
        "SYN-SENT, 114, 22, 22, 22, 107, 11, 0",
        "ESTABLISHED, 106, 22, 22, 22, 0, 11, 0",
        "FIN-WAIT-1, 106, 22, 22, 22, 32, 11, 0",
        "FIN-WAIT-2, 106, 22, 22, 22, 32, 11, 0",
        "CLOSE-WAIT, 106, 22, 22, 22, 0, 0, 0",
        "CLOSING, 106, 22, 22, 22, 32, 0, 0",
        "LAST-ACK, 106, 22, 22, 22, 32, 0, 0",
        "TIME-WAIT, 106, 22, 22, 22, 32, 0, 0",
    })
    void shouldAnswerCalls(
            final String wanted,
            final int connect,
            final int listen,
            final int bind,
            final int accept,
            final int send,
            final int recv,
            final int shutdown) {
        reach(wanted);
        assertThat(t.connect(FD, PEER, 80).errno()).as("connect").isEqualTo(connect);
        assertThat(t.listen(FD, 1).errno()).as("listen").isEqualTo(listen);
        assertThat(t.bind(FD, 0, 99).errno()).as("bind").isEqualTo(bind);
        assertThat(t.accept(FD).errno()).as("accept").isEqualTo(accept);
        assertThat(t.send(FD, "x", 0).errno()).as("send").isEqualTo(send);
        assertThat(t.recv(FD, 1, 0).errno()).as("recv").isEqualTo(recv);
        assertThat(t.shutdown(FD, 1).errno()).as("shutdown").isEqualTo(shutdown);
    }

    /** The first call after a reset tells of it, the others find the end. */
    @Test
    void shouldTellOfAResetOnce() {
        reach("ESTABLISHED");
        in("R 1(0)");
        assertThat(t.send(FD, "x", 0).errno()).isEqualTo(104);
        assertThat(t.send(FD, "x", 0).errno()).isEqualTo(32);
        assertThat(t.recv(FD, 1, 0).ret()).isZero();
        assertThat(t.shutdown(FD, 1).errno()).isEqualTo(107);
        assertThat(error()).isZero();
    }
}
