package odonata.node.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import odonata.actors.cpu.CpuCounter;
import odonata.actors.kv.KvCounter;
import odonata.actors.netisr.NetCounter;
import odonata.node.http.MetricNames;
import odonata.node.http.Sample;
import org.junit.jupiter.api.Test;

/** docs/metrics.md is made of the counter enums; {@code -Dmetrics.write=true} writes it anew. */
class MetricsPageTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PAGE = ROOT.resolve("docs/metrics.md");
    private static final Path ACTORS = ROOT.resolve("actors/src/main/java/odonata/actors");
    private static final Path MACHINE = ROOT.resolve("protocol/src/main/java/odonata/protocol/tcp/machine");
    private static final Pattern CONSTANT =
            Pattern.compile("/\\*\\*\\s*((?:(?!\\*/).)*?)\\s*\\*/\\s*([A-Z][A-Z0-9_]*)(?:\\(\"|[,;])", Pattern.DOTALL);

    private record Row(String metric, String counter, String unit, String labels, String meaning) {}

    @Test
    void shouldDescribeEveryCounter() throws IOException {
        final String expected = page();
        if (Boolean.getBoolean("metrics.write")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/metrics.md; run this test with -Dmetrics.write=true")
                .isEqualTo(expected);
    }

    @Test
    void shouldGiveEveryMetricOneNameAndOneMeaning() throws IOException {
        final Set<String> names = new HashSet<>();
        for (final Row row : rows()) {
            assertThat(names.add(row.metric())).as("metric " + row.metric()).isTrue();
            assertThat(row.metric()).matches("odonata_[a-z0-9_]+");
            assertThat(row.meaning()).as(row.metric()).isNotBlank();
        }
    }

    private static String page() throws IOException {
        final StringBuilder page = new StringBuilder("""
                # Metrics

                What `/metrics` of each member shows, for Prometheus. Made from the counter enums by `MetricsPageTest`; do not edit.

                A name that ends in `_total` is a counter, which starts at 0 with the member and only rises; the others are gauges. Time is in
                seconds, size in bytes. Labels come from small fixed sets: `cpu` (this member's CPUs), `class` (classes of threads), `to` (other
                members), `cause`. Each counter has one writer and is read without a lock; `/api/v1/counters` shows the same as JSON.

                | metric | counter | unit | labels | what |
                |---|---|---|---|---|
                """);
        for (final Row row : rows()) {
            page.append("| `%s` | `%s` | %s | %s | %s |%n"
                    .formatted(row.metric(), row.counter(), row.unit(), row.labels(), row.meaning()));
        }
        return page.toString();
    }

    private static List<Row> rows() throws IOException {
        final List<Row> rows = new ArrayList<>();
        final Map<String, String> cpuDocs = docs(ACTORS.resolve("cpu/CpuCounter.java"));
        Arrays.stream(CpuCounter.values())
                .map(c -> row(CounterSamples.describe(c), "cpu", cpuDocs.getOrDefault(c.name(), "")))
                .forEach(rows::add);
        final Map<String, String> netDocs = docs(ACTORS.resolve("netisr/NetCounter.java"));
        Arrays.stream(NetCounter.values())
                .map(c -> row(CounterSamples.describe(c), "cpu", netDocs.getOrDefault(c.name(), "")))
                .forEach(rows::add);
        final Map<String, String> tcpDocs = docs(MACHINE.resolve("TcpCounter.java"));
        CounterSamples.tcpCounters().stream()
                .map(c -> row(CounterSamples.describe(c), "cpu", tcpDocs.getOrDefault(c.name(), "")))
                .forEach(rows::add);
        final Map<String, String> kvDocs = docs(ACTORS.resolve("kv/KvCounter.java"));
        Arrays.stream(KvCounter.values())
                .map(c -> row(CounterSamples.describe(c), "cpu", kvDocs.getOrDefault(c.name(), "")))
                .forEach(rows::add);
        Arrays.stream(Metrics.values())
                .map(m -> row(m.sample(Map.of(), 0L), m.labels(), m.help()))
                .forEach(rows::add);
        return rows;
    }

    private static Row row(final Sample sample, final String labels, final String meaning) {
        return new Row(MetricNames.of(sample), sample.name(), sample.unit(), labels, meaning.replace("|", "\\|"));
    }

    private static Map<String, String> docs(final Path source) throws IOException {
        final Map<String, String> docs = new HashMap<>();
        final Matcher constant = CONSTANT.matcher(Files.readString(source));
        while (constant.find()) {
            docs.put(
                    constant.group(2),
                    constant.group(1).replaceAll("\\s*\\n\\s*\\*\\s*", " ").replaceAll("\\{@code ([^}]*)\\}", "`$1`"));
        }
        return docs;
    }
}
