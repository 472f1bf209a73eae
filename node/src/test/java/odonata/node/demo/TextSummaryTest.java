package odonata.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import odonata.loadgen.ClientSummary;
import odonata.loadgen.openloop.Latency;
import odonata.node.demo.RunSummary.CpuPart;
import odonata.node.demo.RunSummary.ImbalancePart;
import odonata.node.demo.RunSummary.LoadPart;
import odonata.node.demo.RunSummary.MemberPart;
import org.junit.jupiter.api.Test;

class TextSummaryTest {
    private static final Latency NO_LATENCY = new Latency(0, 0, 0, 0, 0, 0, 0, 0);

    private static RunSummary run(final ClientSummary clients) {
        return new RunSummary(
                RunSummary.SCHEMA,
                "default",
                null,
                1,
                List.of(new MemberPart(1, "a", "up", 3_000), new MemberPart(2, "b", "up", 1_000)),
                List.of(
                        new CpuPart(0, 1, "up", 90_000, 0.9, 7, 0.5, 2, 1.5, 3_000),
                        new CpuPart(1, 2, "down", 10_000, 0.1, 7, 0.5, 0, 0, 1_000)),
                null,
                new LoadPart(
                        "churn",
                        "closed",
                        1,
                        8,
                        0,
                        1,
                        1,
                        9,
                        9,
                        9,
                        0,
                        0,
                        0,
                        0,
                        NO_LATENCY,
                        NO_LATENCY,
                        List.of(),
                        clients),
                new ImbalancePart(1, 1, 1, 1, 0),
                List.of(),
                "",
                Map.of(),
                Map.of(),
                Map.of(),
                null);
    }

    @Test
    void shouldSayWhoServedTheClients() {
        final List<String> lines = TextSummary.lines(run(new ClientSummary(8, 1, 1, false, 9, 0, 0, 0, 0.5, Map.of())));
        assertThat(lines.get(1)).endsWith("MSG/IPI  CONNECTIONS");
        assertThat(lines.get(2)).endsWith("1.5        3,000").hasSameSizeAs(lines.get(1));
        assertThat(lines.get(3)).endsWith("        1,000  [down]");
        assertThat(lines.get(4)).isEqualTo("  connections accepted, by member  m1 3,000 (75.0 %)  m2 1,000 (25.0 %)");
    }

    @Test
    void shouldSayNothingOfConnectionsWhereThereAreNone() {
        assertThat(TextSummary.lines(run(null)).get(1)).endsWith("MSG/IPI");
        assertThat(TextSummary.lines(run(null))).noneMatch(line -> line.contains("accepted"));
    }
}
