package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Walks every arrow of RFC 9293 figure 5 with the event that belongs to it; no arrow may be missing here. */
class StateDiagramTest {
    private record Arrow(String name, TcpState from, TcpState to, Consumer<TcpScript> to1, Consumer<TcpScript> step) {}

    private static final String SYN = "S 0(0) win 9000";
    private static final Consumer<TcpScript> CLOSED = TcpScript::skip;
    private static final Consumer<TcpScript> LISTEN = TcpScript::listen;
    private static final Consumer<TcpScript> SYN_SENT = TcpScript::connect;
    private static final Consumer<TcpScript> SYN_RECEIVED = LISTEN.andThen(t -> t.in(SYN));
    private static final Consumer<TcpScript> ESTABLISHED = SYN_RECEIVED.andThen(t -> t.in(". 1(0) ack 1 win 9000"));
    private static final Consumer<TcpScript> FIN_WAIT_1 = ESTABLISHED.andThen(TcpScript::shutdown);
    private static final Consumer<TcpScript> FIN_WAIT_2 = FIN_WAIT_1.andThen(t -> t.in(". 1(0) ack 2 win 9000"));
    private static final Consumer<TcpScript> CLOSE_WAIT = ESTABLISHED.andThen(t -> t.in("F. 1(0) ack 1 win 9000"));
    private static final Consumer<TcpScript> CLOSING = FIN_WAIT_1.andThen(t -> t.in("F. 1(0) ack 1 win 9000"));
    private static final Consumer<TcpScript> LAST_ACK = CLOSE_WAIT.andThen(TcpScript::shutdown);
    private static final Consumer<TcpScript> TIME_WAIT = FIN_WAIT_2.andThen(t -> t.in("F. 1(0) ack 2 win 9000"));

    private static final List<Arrow> ARROWS = List.of(
            new Arrow("passive OPEN", TcpState.CLOSED, TcpState.LISTEN, CLOSED, TcpScript::listen),
            new Arrow("active OPEN", TcpState.CLOSED, TcpState.SYN_SENT, CLOSED, TcpScript::connect),
            new Arrow("rcv SYN", TcpState.LISTEN, TcpState.SYN_RECEIVED, LISTEN, t -> t.in(SYN)),
            new Arrow("active OPEN of a listener", TcpState.LISTEN, TcpState.SYN_SENT, LISTEN, TcpScript::connect),
            new Arrow("CLOSE", TcpState.LISTEN, TcpState.CLOSED, LISTEN, TcpScript::close),
            new Arrow("rcv SYN", TcpState.SYN_SENT, TcpState.SYN_RECEIVED, SYN_SENT, t -> t.in(SYN)),
            new Arrow(
                    "rcv SYN,ACK",
                    TcpState.SYN_SENT,
                    TcpState.ESTABLISHED,
                    SYN_SENT,
                    t -> t.in("S. 0(0) ack 1 win 9000")),
            new Arrow("CLOSE", TcpState.SYN_SENT, TcpState.CLOSED, SYN_SENT, TcpScript::close),
            new Arrow("rcv RST", TcpState.SYN_RECEIVED, TcpState.LISTEN, SYN_RECEIVED, t -> t.in("R 1(0) win 0")),
            new Arrow(
                    "rcv ACK of SYN",
                    TcpState.SYN_RECEIVED,
                    TcpState.ESTABLISHED,
                    SYN_RECEIVED,
                    t -> t.in(". 1(0) ack 1 win 9000")),
            new Arrow("CLOSE", TcpState.SYN_RECEIVED, TcpState.FIN_WAIT_1, SYN_RECEIVED, TcpScript::close),
            new Arrow("ABORT", TcpState.SYN_RECEIVED, TcpState.CLOSED, SYN_RECEIVED, TcpScript::abort),
            new Arrow("CLOSE", TcpState.ESTABLISHED, TcpState.FIN_WAIT_1, ESTABLISHED, TcpScript::close),
            new Arrow(
                    "rcv FIN",
                    TcpState.ESTABLISHED,
                    TcpState.CLOSE_WAIT,
                    ESTABLISHED,
                    t -> t.in("F. 1(0) ack 1 win 9000")),
            new Arrow("rcv RST", TcpState.ESTABLISHED, TcpState.CLOSED, ESTABLISHED, t -> t.in("R 1(0) win 0")),
            new Arrow(
                    "rcv ACK of FIN",
                    TcpState.FIN_WAIT_1,
                    TcpState.FIN_WAIT_2,
                    FIN_WAIT_1,
                    t -> t.in(". 1(0) ack 2 win 9000")),
            new Arrow(
                    "rcv FIN", TcpState.FIN_WAIT_1, TcpState.CLOSING, FIN_WAIT_1, t -> t.in("F. 1(0) ack 1 win 9000")),
            new Arrow(
                    "rcv FIN and ACK of FIN",
                    TcpState.FIN_WAIT_1,
                    TcpState.TIME_WAIT,
                    FIN_WAIT_1,
                    t -> t.in("F. 1(0) ack 2 win 9000")),
            new Arrow("rcv RST", TcpState.FIN_WAIT_1, TcpState.CLOSED, FIN_WAIT_1, t -> t.in("R 1(0) win 0")),
            new Arrow("rcv FIN", TcpState.FIN_WAIT_2, TcpState.TIME_WAIT, FIN_WAIT_2, t -> t.in("F. 1(0) ack 2 win 0")),
            new Arrow("ABORT", TcpState.FIN_WAIT_2, TcpState.CLOSED, FIN_WAIT_2, TcpScript::abort),
            new Arrow("CLOSE", TcpState.CLOSE_WAIT, TcpState.LAST_ACK, CLOSE_WAIT, TcpScript::close),
            new Arrow("rcv RST", TcpState.CLOSE_WAIT, TcpState.CLOSED, CLOSE_WAIT, t -> t.in("R 2(0) win 0")),
            new Arrow(
                    "rcv ACK of FIN",
                    TcpState.CLOSING,
                    TcpState.TIME_WAIT,
                    CLOSING,
                    t -> t.in(". 2(0) ack 2 win 9000")),
            new Arrow("rcv RST", TcpState.CLOSING, TcpState.CLOSED, CLOSING, t -> t.in("R 2(0) win 0")),
            new Arrow(
                    "rcv ACK of FIN", TcpState.LAST_ACK, TcpState.CLOSED, LAST_ACK, t -> t.in(". 2(0) ack 2 win 9000")),
            new Arrow("timeout=2MSL", TcpState.TIME_WAIT, TcpState.CLOSED, TIME_WAIT, t -> t.at(60_000_000)));

    @TestFactory
    List<DynamicTest> arrows() {
        final List<DynamicTest> tests = new ArrayList<>();
        for (final Arrow arrow : ARROWS) {
            tests.add(DynamicTest.dynamicTest(arrow.from() + " " + arrow.name() + " -> " + arrow.to(), () -> {
                final TcpScript tcp = new TcpScript(TcpScript.plain());
                arrow.to1().accept(tcp);
                tcp.expectState(arrow.from());
                arrow.step().accept(tcp);
                tcp.expectState(arrow.to());
            }));
        }
        return tests;
    }

    @Test
    void shouldKnowAllArrowsOfTheDiagram() {
        for (final TcpState from : TcpState.values()) {
            final Set<TcpState> walked = EnumSet.noneOf(TcpState.class);
            ARROWS.stream().filter(a -> a.from() == from).forEach(a -> walked.add(a.to()));
            walked.remove(TcpState.CLOSED);
            assertThat(walked).as("from %s", from).isEqualTo(from.successors());
        }
    }
}
