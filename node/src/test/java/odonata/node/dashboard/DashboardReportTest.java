package odonata.node.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import odonata.node.report.ReportPage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report of a run, opened as a file. */
@Tag("slow")
class DashboardReportTest {
    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private static ObjectNode summary(final int members, final int cpus) throws IOException {
        final FakeCluster cluster = new FakeCluster(members, cpus, 7, 1_790_000_000_000L);
        final ArrayNode history = JSON.createArrayNode();
        for (int i = 0; i < 90; i++) {
            if (i == 60 && members > 1) {
                cluster.drain(2);
            }
            history.add(JSON.readTree(cluster.next()));
        }
        final JsonNode last = history.get(history.size() - 1);
        final ObjectNode s = JSON.createObjectNode();
        s.put("schema", "odonata.summary/1").put("readySeconds", 3.2);
        s.set("members", last.get("members"));
        s.set("cpus", cpus(last));
        s.set(
                "replay",
                JSON.valueToTree(
                        Map.of("file", "dns.pcap", "packetsInFile", 41_207, "packetsCounted", 41_207, "seconds", 2.1)));
        final ObjectNode load = last.get("load").deepCopy();
        load.put("arrivals", "poisson").put("seed", 17).put("warmupSeconds", 5).put("seconds", 85);
        ((ObjectNode) load.get("latencyUs")).put("mean", 131.5);
        load.set("uncorrectedLatencyUs", load.get("latencyUs"));
        s.set("load", load);
        s.set("imbalance", last.get("imbalance"));
        s.set(
                "thresholds",
                JSON.readTree("[{\"name\":\"p99\",\"limit\":\"500 us\",\"measured\":\"251 us\",\"passed\":true},"
                        + "{\"name\":\"lost\",\"limit\":\"0\",\"measured\":\"3\",\"passed\":false}]"));
        s.set("versions", JSON.valueToTree(Map.of("odonata", "0.1.0", "akka", "2.6.21", "java", "17.0.15")));
        s.set("machine", JSON.valueToTree(Map.of("cores", 2, "memory", "24 GiB")));
        s.set("configuration", JSON.valueToTree(Map.of("net", Map.of("buckets", 256), "note", "</script><img src=x>")));
        s.set("history", history);
        return s;
    }

    private static ArrayNode cpus(final JsonNode last) {
        double all = 0;
        for (final JsonNode c : last.get("cpus")) {
            all += c.get("packets").asDouble();
        }
        final ArrayNode rows = JSON.createArrayNode();
        for (final JsonNode c : last.get("cpus")) {
            final ObjectNode row = rows.addObject();
            for (final String key :
                    new String[] {"cpu", "member", "packets", "flows", "utilisation", "ipis", "messagesPerIpi"}) {
                row.set(key, c.get(key));
            }
            row.put("share", all == 0 ? 0 : c.get("packets").asDouble() / all);
        }
        return rows;
    }

    private String file(final JsonNode summary) throws IOException {
        final Path file = folder.resolve("report.html");
        Files.writeString(file, ReportPage.html(summary.toString()));
        return file.toUri().toString();
    }

    @ParameterizedTest
    @CsvSource({"3, 4, 1280, DARK", "3, 4, 1280, LIGHT", "3, 2, 400, LIGHT", "16, 4, 1280, LIGHT"})
    void shouldDrawTheWholeRunWithoutAskingAnybody(
            final int members, final int cpus, final int width, final ColorScheme scheme) throws IOException {
        try (Visit v = new Visit(CHROMIUM.browser(), width, scheme).open(file(summary(members, cpus)))) {
            assertThat(v.at("#verdict")).hasText("✕ 1 of 2 thresholds missed");
            assertThat(v.at("section[aria-label=CPUs] tbody tr")).hasCount(members * cpus + 1);
            assertThat(v.at("section[aria-label=Crossbar] rect.cell")).hasCount(members * cpus * members * cpus);
            assertThat(v.at("section[aria-label='Bucket map'] [data-bucket]")).hasCount(256);
            assertThat(v.at("section[aria-label=Throughput] [data-event=drain]"))
                    .hasCount(1);
            assertThat(v.at("section[aria-label=Replay]")).containsText("✓ every packet counted once");
            assertThat(v.at("section[aria-label=Load] .note")).containsText("✓ asked = sent");
            assertThat(v.at("section[aria-label=Configuration]")).containsText("</script><img src=x>");
            assertThat(v.at("section[aria-label=Configuration]")).containsText("net.buckets");
            assertThat(v.at("img")).hasCount(0);
            assertThat(v.errors()).isEmpty();
            assertThat(v.requests()).hasSize(1);
            v.shoot("report-" + members + "x" + cpus + "-" + width + "-"
                    + scheme.name().toLowerCase(Locale.ROOT));
            assertThat(v.layoutFaults()).isEmpty();
            assertThat(v.accessibilityFaults()).isEmpty();
        }
    }

    @Test
    void shouldPrintInLightWithoutCutting() throws IOException {
        try (Visit v = new Visit(CHROMIUM.browser(), 1280, ColorScheme.DARK).open(file(summary(3, 4)))) {
            v.page().evaluate("() => window.dispatchEvent(new Event('beforeprint'))");
            v.page().emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
            assertThat(v.at("html")).hasAttribute("data-theme", "light");
            assertThat(v.at("#main")).hasCSS("width", "690px");
            v.shoot("report-print");
            final Object wide = v.page()
                    .evaluate(
                            "() => [...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth + 1).length");
            assertThat(wide).isEqualTo(0);
        }
    }

    @Test
    void shouldShowAShortSummaryWithoutHistory() throws IOException {
        final JsonNode little = JSON.readTree(
                "{\"schema\":\"odonata.summary/1\",\"readySeconds\":1.5,\"members\":[{\"id\":1}],\"cpus\":[],\"replay\":null,\"load\":null}");
        try (Visit v = new Visit(CHROMIUM.browser(), 1280, ColorScheme.LIGHT).open(file(little))) {
            assertThat(v.at("#verdict")).hasText("no thresholds were set");
            assertThat(v.at("#main")).containsText("No snapshots were kept with this run.");
            assertThat(v.at("#main")).containsText("This run had no load.");
            assertThat(v.errors()).isEmpty();
        }
    }
}
