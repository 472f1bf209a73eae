package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import odonata.actors.netisr.NetCounter;
import odonata.node.http.ConnectionsView;
import odonata.node.snapshot.ConnectionView;
import odonata.node.snapshot.Json;
import odonata.protocol.tcp.machine.TcpCounter;
import odonata.protocol.tcp.machine.TcpState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetstatCommandTest {
    private static final ConnectionView LISTENER =
            new ConnectionView("tcp", 0, "0.0.0.0:80", "0.0.0.0:0", "LISTEN", 2, 192, 0, 0, 0, 0, 0);
    private static final ConnectionView OPEN = open(1, 80, 40_000);
    private static final ConnectionView UDP =
            new ConnectionView("udp", 0, "0.0.0.0:7", "0.0.0.0:0", "", 100, 0, 0, 0, 0, 0, 0);
    private static final int WIDE = 200;

    private static ConnectionView open(final int cpu, final int lport, final int fport) {
        return new ConnectionView(
                "tcp",
                cpu,
                "10.77.77.1:" + lport,
                "10.77.77.2:" + fport,
                "ESTABLISHED",
                7,
                1_460,
                4_380,
                1 << 30,
                1_000,
                0.25,
                3);
    }

    private static List<ConnectionsView> views(final ConnectionView... connections) {
        return List.of(new ConnectionsView(2, 9, List.of(connections)));
    }

    @Test
    void shouldShowWhereAConnectionIsAndHowItGoes() {
        assertThat(NetstatCommand.table(views(OPEN), 9).lines(WIDE))
                .containsExactly(
                        "PROTO  MEMBER  CPU  LOCAL          REMOTE            STATE        RECV-Q  SEND-Q  CWND  SSTHRESH   RTO   RTT  REXMT",
                        "tcp         2    1  10.77.77.1:80  10.77.77.2:40000  ESTABLISHED       7    1460  4380         -  1000  0.25      3");
        assertThat(NetstatCommand.table(views(UDP, LISTENER), 9).lines(WIDE))
                .hasSize(3)
                .anyMatch(line -> line.matches("tcp +2 +0 +0.0.0.0:80 +[*] +LISTEN +2 +192"))
                .anyMatch(line -> line.matches("udp +2 +0 +0.0.0.0:7 +[*] +100 +0"));
    }

    /** The member leaves out what is not asked for, so that the limit counts what is. */
    @Test
    void shouldAskForWhatHasNoPeerOnlyWhenToldTo() {
        assertThat(NetstatCommand.query("", false, Set.of(), 6))
                .startsWith("connections?limit=6&state=CLOSED,SYN_SENT,")
                .doesNotContain("LISTEN");
        assertThat(NetstatCommand.query("tcp", true, Set.of(), 6)).isEqualTo("connections?limit=6&proto=tcp");
        assertThat(NetstatCommand.query("udp", false, Set.of(), 6)).isEqualTo("connections?limit=6&proto=udp");
        assertThat(NetstatCommand.query("", false, Set.of(TcpState.LISTEN), 6))
                .isEqualTo("connections?limit=6&state=LISTEN");
    }

    @Test
    void shouldSortListenersFirstThenByPortAndPutUdpLast() {
        final List<String> lines = NetstatCommand.table(
                        views(UDP, open(0, 1_000, 5), open(3, 80, 41_000), OPEN, LISTENER), 9)
                .lines(WIDE);
        assertThat(lines.stream().skip(1).map(line -> line.split(" +", -1)[3] + " " + line.split(" +", -1)[4]))
                .containsExactly(
                        "0.0.0.0:80 *",
                        "10.77.77.1:80 10.77.77.2:40000",
                        "10.77.77.1:80 10.77.77.2:41000",
                        "10.77.77.1:1000 10.77.77.2:5",
                        "0.0.0.0:7 *");
    }

    @Test
    void shouldShowNoMoreThanTheLimit() {
        final ConnectionView[] many =
                IntStream.range(0, 5_000).mapToObj(i -> open(0, 80, 1 + i)).toArray(ConnectionView[]::new);
        assertThat(NetstatCommand.table(views(many), 100).lines(WIDE)).hasSize(101);
    }

    @Test
    void shouldLeaveOutColumnsWhereThereIsLittleRoom() {
        final Table table = NetstatCommand.table(views(OPEN), 9);
        assertThat(table.lines(79, "SSTHRESH", "REXMT", "RTT", "RTO", "CWND", "PROTO")
                        .get(0))
                .isEqualTo("MEMBER  CPU  LOCAL          REMOTE            STATE        RECV-Q  SEND-Q");
        assertThat(table.lines(110, "SSTHRESH", "REXMT", "RTT", "RTO", "CWND", "PROTO")
                        .get(0))
                .contains("REXMT")
                .doesNotContain("SSTHRESH");
    }

    /** On a fresh cluster the paragraphs are empty; the reader is told why, and what to do. */
    @Test
    void shouldSayThatNothingWasCountedYet(@TempDir final Path home) throws IOException {
        final String hint = "nothing was counted yet; -z shows zeros too";
        final String samples =
                "[{\"name\": \"net.inet.tcp.sndtotal\", \"value\": %d}, {\"name\": \"lwkt.switches\", \"value\": 9}]";
        try (FakeMember member = new FakeMember(home)) {
            member.answer("counters", String.format(samples, 0));
            final Cli.Outcome fresh = new Cli(home).run("netstat", "-s");
            assertThat(fresh.err()).isEqualToIgnoringNewLines(hint);
            assertThat(fresh.out()).contains("tcp:").doesNotContain("packets sent");
            assertThat(fresh.exit()).isZero();
            assertThat(new Cli(home).run("netstat", "-s", "-z").err()).isEmpty();
            assertThat(new Cli(home).run("netstat", "-s", "--json").err()).isEmpty();

            member.answer("counters", String.format(samples, 5));
            final Cli.Outcome used = new Cli(home).run("netstat", "-s");
            assertThat(used.err()).isEmpty();
            assertThat(used.out()).contains("5 packets sent");
            assertThat(new Cli(home).run("netstat", "-s", "-p", "udp").err())
                    .as("TCP was counted, UDP was not")
                    .isEqualToIgnoringNewLines(hint);
        }
    }

    @Test
    void shouldAddCountersOfAllCpusUp() {
        final String samples = """
                [{"name": "net.inet.tcp.sndtotal", "value": 5.0}, {"name": "net.inet.tcp.sndtotal", "value": 1000.0},
                 {"name": "net.inet.udp.ipackets", "value": 1}, {"name": "lwkt.switches", "value": 9}]""";
        final Map<String, Long> counted = new TreeMap<>();
        NetstatCommand.add(counted, Json.read(samples.getBytes(StandardCharsets.UTF_8), JsonNode.class));
        assertThat(BsdStatistics.lines(counted, "", false))
                .containsExactly("tcp:", "\t1005 packets sent", "udp:", "\t1 datagram received", "ip:", "icmp:");
        assertThat(BsdStatistics.lines(counted, "udp", false)).containsExactly("udp:", "\t1 datagram received");
        assertThat(BsdStatistics.lines(counted, "icmp", true)).contains("\t0 calls to icmp_error");
    }

    @Test
    void shouldNestPartsAndPutEachValueInItsPlace() {
        final Map<String, Long> counted =
                Map.of("tcp.sndrexmitpack", 1L, "tcp.sndrexmitbyte", 1_448L, "tcp.closed", 3L, "tcp.drops", 1L);
        assertThat(BsdStatistics.lines(counted, "tcp", false))
                .containsExactly(
                        "tcp:",
                        "\t\t1 data packet (1448 bytes) retransmitted",
                        "\t3 connections closed (including 1 drop)");
    }

    /** What is counted is told, and told once. */
    @Test
    void shouldHaveALineForEveryCounterOfTheNetwork() {
        final List<String> counters = Stream.concat(
                        Arrays.stream(NetCounter.values()).map(NetCounter::sysctl),
                        Arrays.stream(TcpCounter.values())
                                .filter(counter -> counter != TcpCounter.RCVTOTAL)
                                .map(TcpCounter::fullName))
                .filter(name -> name.startsWith("net.inet.") && !name.startsWith("net.inet.flows"))
                .map(name -> name.substring("net.inet.".length()))
                .toList();
        assertThat(BsdStatistics.names()).containsExactlyInAnyOrderElementsOf(counters);
    }
}
