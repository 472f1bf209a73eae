package odonata.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import odonata.node.snapshot.Views;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.tcp.machine.TcpState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionFilterTest {
    private static final FlowKey FLOW =
            new FlowKey(Ipv4Address.parse("10.77.77.1"), 80, Ipv4Address.parse("10.42.3.17"), 8_080, IpProto.TCP);

    private static boolean finds(final String words, final TcpState state) {
        return ConnectionFilter.of(words).test(FLOW, state);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ":80",
                "80",
                "8080",
                "10.42.3.17",
                "10.42.3.1",
                "10.42.3.",
                "10.4",
                "10.",
                "10.77.77.1",
                "10.42.3.17:8080",
                "10.77.77.1:80",
                "10.77 10.42",
                ":80 :8080",
                "estab",
                "ESTABLISHED",
                "m2",
                "c3",
                "m2.c3",
                "  m2.c3   established 10.42.3.17:8080 "
            })
    void shouldFind(final String words) {
        assertThat(finds(words, TcpState.ESTABLISHED)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":8",
                "808",
                "10.42.3.2",
                "10.42.4.",
                "10.42.3.171",
                "1.",
                "10.42.3.17:80",
                "10.77.77.1:8080",
                "10.42.3.1.",
                "time_wait",
                "10.42 10.43",
                "established closed"
            })
    void shouldNotFind(final String words) {
        assertThat(finds(words, TcpState.ESTABLISHED)).isFalse();
    }

    /** Names of states with - or _, and how several begin. */
    @ParameterizedTest
    @CsvSource({
        "time-wait, TIME_WAIT, true",
        "TIME_W, TIME_WAIT, true",
        "fin, FIN_WAIT_1, true",
        "fin, FIN_WAIT_2, true",
        "fin-wait-2, FIN_WAIT_1, false",
        "clos, CLOSE_WAIT, true",
        "clos, CLOSING, true",
        "clos, ESTABLISHED, false"
    })
    void shouldKnowStates(final String word, final TcpState state, final boolean found) {
        assertThat(finds(word, state)).isEqualTo(found);
    }

    @Test
    void shouldKnowOwners() {
        final ConnectionFilter filter = ConnectionFilter.of("m2.c3");
        assertThat(List.of(filter.member(2), filter.member(3), filter.cpu(3), filter.cpu(2)))
                .containsExactly(true, false, true, false);
        assertThat(ConnectionFilter.of("c3").member(9)).isTrue();
        assertThat(ConnectionFilter.of("m2").cpu(9)).isTrue();
        assertThat(ConnectionFilter.of("m2 m3").member(2)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nobody", "ti", ".", "10.42.3.17.5", "10..3", "-1", ":", "m", "c", "m2c", "1234567", "10.42:x"})
    void shouldSayWhichWordItDoesNotUnderstand(final String word) {
        assertThatThrownBy(() -> ConnectionFilter.of(":80 " + word))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("“" + word + "”")
                .hasMessageContaining("time_wait");
    }

    @Test
    void shouldNotTakeAnyLength() {
        assertThatThrownBy(() -> ConnectionFilter.of("8".repeat(201))).hasMessageContaining("allowed are 200");
    }

    @Test
    void shouldMergeTheWorstFirstAndCountAll() {
        final FoundView one = new FoundView(10, 2, List.of(), List.of(Views.connection(0, 5), Views.connection(0, 1)));
        final FoundView two = new FoundView(20, 7, List.of(), List.of(Views.connection(1, 9)));
        final FoundView all = FoundView.merge(List.of(FoundView.silent(4), one, two, FoundView.silent(3)), 2);
        assertThat(all.total()).isEqualTo(30);
        assertThat(all.found()).isEqualTo(9);
        assertThat(all.silent()).containsExactly(3, 4);
        assertThat(all.connections()).containsExactly(Views.connection(1, 9), Views.connection(0, 5));
    }
}
