package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import odonata.node.http.ConnectionsView;
import odonata.node.http.ConnectionsView.Connection;
import odonata.node.snapshot.Json;
import org.junit.jupiter.api.Test;

class NetstatCommandTest {
    private static final Connection LISTENER =
            new Connection("tcp", 0, "0.0.0.0:80", "0.0.0.0:0", "LISTEN", 2, 0, 0, 0, 0, 0, 0);
    private static final Connection OPEN = new Connection(
            "tcp", 1, "10.77.77.1:80", "10.77.77.2:40000", "ESTABLISHED", 7, 1_460, 4_380, 1 << 30, 1_000, 0.25, 0);

    @Test
    void shouldShowConnectionsAndListenersOnlyWhenAsked() {
        final List<ConnectionsView> views = List.of(new ConnectionsView(2, List.of(LISTENER, OPEN)));
        assertThat(NetstatCommand.table(views, false).lines())
                .containsExactly(
                        "PROTO  MEMBER  CPU  LOCAL          REMOTE            STATE        RECV-Q  SEND-Q  CWND   RTO   RTT",
                        "tcp         2    1  10.77.77.1:80  10.77.77.2:40000  ESTABLISHED       7    1460  4380  1000  0.25");
        assertThat(NetstatCommand.table(views, true).lines())
                .hasSize(3)
                .anyMatch(line -> line.contains("0.0.0.0:80") && line.contains("*") && line.contains("LISTEN"));
    }

    @Test
    void shouldAddCountersOfAllCpusUpByProtocol() {
        final String samples = """
                [{"name": "net.inet.tcp.sndtotal", "value": 5.0}, {"name": "net.inet.tcp.sndtotal", "value": 1000.0},
                 {"name": "net.inet.udp.ipackets", "value": 3}, {"name": "lwkt.switches", "value": 9}]""";
        final Map<String, Long> counted = new TreeMap<>();
        NetstatCommand.add(counted, Json.read(samples.getBytes(StandardCharsets.UTF_8), JsonNode.class));
        assertThat(NetstatCommand.lines(counted))
                .containsExactly("tcp:", "           1,005  sndtotal", "udp:", "               3  ipackets");
    }
}
