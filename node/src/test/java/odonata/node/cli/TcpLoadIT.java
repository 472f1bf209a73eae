package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import odonata.node.launch.Trees;
import odonata.node.snapshot.Json;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** TCP clients over a real wire against a real member, by the command. */
@Tag("slow")
@WholeClusters
@Timeout(value = 30, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TcpLoadIT {
    private static Path home;
    private static Cli cli;

    @BeforeAll
    static void start() throws IOException {
        home = Files.createTempDirectory("odonata-tcp-it");
        cli = new Cli(home);
        final Cli.Outcome up = cli.run("up", "--members", "1", "--cpus", "2", "--profile", "patient");
        assertThat(up.exit()).as(up.err()).isZero();
    }

    @AfterAll
    static void end() {
        cli.run("down");
        Trees.delete(home);
    }

    private static Cli.Outcome load(final String... options) {
        final List<String> all = new ArrayList<>(List.of("load", "--json", "--connections", "8", "--warmup", "1"));
        all.addAll(List.of(options));
        if (!all.contains("--duration")) {
            all.addAll(List.of("--duration", "1", "--timeout", "60"));
        }
        return cli.run(all.toArray(String[]::new));
    }

    private static JsonNode json(final Cli.Outcome outcome) {
        return Json.read(outcome.out().getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }

    /** What the cluster has served so far. */
    private static long packets() {
        return json(cli.run("status", "--json")).path("totals").path("packets").asLong();
    }

    /** A run that must succeed: its load part, in which all was answered. */
    private static JsonNode answered(final String... options) {
        final Cli.Outcome run = load(options);
        assertThat(run.exit()).as(run.err()).isZero();
        final JsonNode load = json(run).path("load");
        assertThat(load.path("clients").path("errors")).isEmpty();
        assertThat(load.path("answered").asLong())
                .isEqualTo(load.path("sent").asLong())
                .isPositive();
        return load;
    }

    @Test
    @Order(1)
    void shouldCheckWhatTheServicesAnswer() {
        assertThat(answered("--workload", "http", "--path", "/bytes/3000")
                        .path("clients")
                        .path("bytesReceived")
                        .asLong())
                .isGreaterThan(3_000);
        answered("--workload", "http", "--path", "/chunked/70000");
        answered("--workload", "http", "--path", "/nowhere", "--status", "404", "--requests-per-connection", "3");
        answered("--workload", "tcp-echo", "--size", "3000", "--pipeline", "4", "--client-cpus", "2");
        answered("--workload", "kv", "--pipeline", "8", "--set-share", "0.5", "--keys", "100");
        shouldSayWhichCpuServed(load("--workload", "churn"));
        final JsonNode churn = answered("--workload", "churn");
        assertThat(churn.path("clients").path("opened").asLong())
                .isBetween(
                        churn.path("answered").asLong() - 8,
                        churn.path("answered").asLong() + 8);
        answered("--workload", "bulk", "--size", "50000");
        answered("--workload", "bulk", "--size", "50000", "--upload");
        assertThat(answered("--workload", "http", "--rate", "20", "--arrivals", "fixed")
                        .path("asked")
                        .asLong())
                .isEqualTo(20);
    }

    /** Each connection is accepted by one CPU: those of the measured second, and of the warm-up. */
    private static void shouldSayWhichCpuServed(final Cli.Outcome run) {
        final JsonNode summary = json(run);
        final long first = summary.path("cpus").path(0).path("connections").asLong();
        final long second = summary.path("cpus").path(1).path("connections").asLong();
        assertThat(first).isPositive();
        assertThat(second).isPositive();
        assertThat(first + second)
                .isEqualTo(summary.path("members").path(0).path("connections").asLong())
                .isGreaterThanOrEqualTo(
                        summary.path("load").path("clients").path("opened").asLong());
    }

    @Test
    @Order(2)
    void shouldSayThatNobodyListens() {
        final Cli.Outcome run = load("--workload", "http", "--port", "81");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("no request was answered", "ECONNREFUSED");
    }

    @Test
    @Order(3)
    void shouldSayThatAnswersAreWrong() {
        final Cli.Outcome run = load("--workload", "http", "--path", "/nowhere");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("status-404");
    }

    @Test
    @Order(4)
    void shouldJudgeByTheThresholds() {
        assertThat(load("--workload", "http", "--min-rate", "1000000000").exit())
                .isEqualTo(20);
        assertThat(load("--workload", "http", "--max-p99", "600000000").exit()).isZero();
    }

    @Test
    @Order(5)
    void shouldReportWhenTheClusterDiesInTheMiddle() throws Exception {
        final long before = packets();
        final CompletableFuture<Cli.Outcome> load =
                CompletableFuture.supplyAsync(() -> load("--workload", "http", "--duration", "90", "--timeout", "2"));
        Awaitility.await().atMost(5, TimeUnit.MINUTES).until(() -> packets() >= before + 2_000);
        cli.run("kill", "1", "--no-wait");
        final Cli.Outcome run = load.get();
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out()).contains("timeout");
    }
}
