package odonata.node.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import odonata.node.dashboard.Chromium;
import odonata.node.dashboard.Visit;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.NodeClient;
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
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One real cluster of JVMs on loopback, as a user has it: started, loaded, looked at, changed, broken and ended by the commands.
 * The tests build on each other; each begins and ends with whole members, of which three are there unless it says otherwise.
 */
@Tag("slow")
@WholeClusters
@Timeout(value = 60, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {
    private static final Path CAPTURE = Path.of("..", "captures", "campus.pcap").toAbsolutePath();
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String PATIENCE = "1800";

    @RegisterExtension
    static final Chromium CHROMIUM = Chromium.whereNeeded();

    @RegisterExtension
    static final MemberLogs LOGS = new MemberLogs(() -> ClusterIT.home);

    private static final AtomicReference<Visit> VISIT = new AtomicReference<>();

    private static Path home;
    private static Cli cli;
    private static String dashboard;

    @BeforeAll
    static void start() throws IOException {
        home = Files.createTempDirectory("odonata-it");
        cli = new Cli(home);
        final Cli.Outcome up = cli.run("up", "--members", "3", "--cpus", "2", "--profile", "patient", "--json");
        assertThat(up.exit()).as(up.err()).isZero();
        final JsonNode said = json(up);
        dashboard = said.path("dashboard").asText();
        System.out.printf(
                Locale.ROOT,
                "3 x 2 cluster ready in %.2f s%n",
                said.path("readySeconds").asDouble());
    }

    @AfterAll
    static void end() {
        final Visit visit = VISIT.get();
        if (visit != null) {
            visit.close();
        }
        cli.run("down");
        Trees.delete(home);
    }

    private static JsonNode json(final Cli.Outcome outcome) {
        return Json.read(outcome.out().getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }

    private static JsonNode run(final String... args) {
        final Cli.Outcome outcome = cli.run(args);
        assertThat(outcome.exit())
                .as("%s: %s", String.join(" ", args), outcome.err())
                .isZero();
        return json(outcome);
    }

    private static CompletableFuture<Cli.Outcome> begin(final String... args) {
        return CompletableFuture.supplyAsync(() -> cli.run(args));
    }

    /** Load that asks so patiently that a slow machine loses nothing. */
    private static CompletableFuture<Cli.Outcome> load(final int seconds) {
        return begin(
                "load",
                "--rate",
                "500",
                "--warmup",
                "1",
                "--duration",
                Integer.toString(seconds),
                "--timeout",
                "60",
                "--max-lag",
                "60",
                "--json");
    }

    private static JsonNode status() {
        final Cli.Outcome outcome = cli.run("status", "--json");
        assertThat(outcome.exit()).as(outcome.err()).isIn(0, 10);
        return json(outcome);
    }

    private static Stream<JsonNode> items(final JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static List<Integer> up() {
        return items(status().path("members"))
                .filter(m -> m.path("state").asText().equals("up"))
                .map(m -> m.path("id").asInt())
                .toList();
    }

    private static void awaitPackets(final long more) {
        final long before = status().path("totals").path("packets").asLong();
        Awaitility.await()
                .atMost(5, TimeUnit.MINUTES)
                .until(() -> status().path("totals").path("packets").asLong() >= before + more);
    }

    @Test
    @Order(1)
    void shouldBeWholeAndRefuseToStartTwice() throws Exception {
        final JsonNode status = run("status", "--json");
        assertThat(status.path("healthy").asBoolean()).isTrue();
        assertThat(up()).containsExactly(1, 2, 3);
        assertThat(status.path("cpus")).hasSize(6);
        System.out.printf(
                Locale.ROOT,
                "idle, the processes use %.3f of one core%n",
                status.path("totals").path("processCpu").asDouble());

        assertThat(HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(dashboard + "/metrics"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body())
                .as("members on one machine share memory")
                .contains("odonata_uplink_near{to=\"2\"} 1", "odonata_uplink_near{to=\"3\"} 1");

        final Cli.Outcome again = cli.run("up");
        assertThat(again.exit()).isEqualTo(2);
        assertThat(again.err()).contains("already runs with 3 members").hasLineCount(1);
        assertThat(run("buckets", "--json").path("owner")).hasSize(256);
    }

    /** Also while a member joins and another one drains. */
    @Test
    @Order(2)
    void shouldCountEveryPacketOfAReplayOnceWhileMembersComeAndGo() throws Exception {
        final CompletableFuture<Cli.Outcome> replay = begin("replay", CAPTURE.toString(), "--rate", "1500", "--json");
        awaitPackets(500);
        final JsonNode added = run("add", "--timeout", PATIENCE, "--json");
        assertThat(added.path("member").asInt()).isEqualTo(4);
        final JsonNode drained = run("drain", "2", "--timeout", PATIENCE, "--json");
        assertThat(drained.path("bucketsMoved").asInt()).isPositive();
        final boolean changedInTime = !replay.isDone();

        final Cli.Outcome outcome = replay.get();
        assertThat(outcome.exit()).as(outcome.err()).isZero();
        final JsonNode figures = json(outcome).path("replay");
        assertThat(figures.path("packetsInFile").asLong()).isGreaterThan(30_000);
        assertThat(figures.path("packetsCounted").asLong())
                .isEqualTo(figures.path("packetsInFile").asLong());
        System.out.println("join and drain were over before the replay ended: " + changedInTime);
        assertThat(up()).containsExactly(1, 3, 4);
    }

    @Test
    @Order(3)
    void shouldShowTheClusterInABrowser() throws Exception {
        CHROMIUM.require();
        final CompletableFuture<Cli.Outcome> load = load(10);
        final Visit visit = new Visit(CHROMIUM.browser(), 1600, ColorScheme.DARK).open(dashboard);
        VISIT.set(visit);
        assertThat(visit.at(".mcard[data-state=up]")).hasCount(3);
        assertThat(visit.at(".mcard[data-state=left]")).hasCount(1);
        awaitPackets(500);
        assertThat(visit.at("#p-crossbar rect.cell:not([data-v='0'])").nth(5)).isAttached();
        assertThat(visit.at("#p-latency tbody td").first()).containsText("s");
        visit.shoot("live-load");
        final Cli.Outcome outcome = load.get();
        assertThat(outcome.exit()).as(outcome.err()).isZero();
        assertThat(visit.errors()).isEmpty();
        assertThat(visit.layoutFaults()).isEmpty();
    }

    /** The oldest member, which hosts the coordinator, leaves. */
    @Test
    @Order(4)
    void shouldLoseNoRequestWhenAMemberDrains() throws Exception {
        final CompletableFuture<Cli.Outcome> load = load(15);
        awaitPackets(500);
        run("drain", "1", "--timeout", PATIENCE, "--json");

        final Cli.Outcome outcome = load.get();
        assertThat(outcome.exit()).as(outcome.err()).isZero();
        final JsonNode figures = json(outcome).path("load");
        assertThat(figures.path("lost").asLong()).isZero();
        assertThat(figures.path("answered").asLong())
                .isEqualTo(figures.path("sent").asLong())
                .isPositive();
        assertThat(up()).containsExactly(3, 4);
    }

    /** The oldest one again. Others see no error; what was lost is said. */
    @Test
    @Order(5)
    void shouldGiveItsBucketsToTheOthersWhenAMemberIsKilled() throws Exception {
        run("add", "--timeout", PATIENCE, "--json");
        final CompletableFuture<Cli.Outcome> load = load(30);
        awaitPackets(500);
        final JsonNode killed = run("kill", "3", "--timeout", PATIENCE, "--json");
        assertThat(killed.path("buckets").asInt()).isPositive();
        System.out.printf(
                Locale.ROOT,
                "killed: all buckets have live owners after %.2f s%n",
                killed.path("seconds").asDouble());

        final Cli.Outcome outcome = load.get();
        assertThat(outcome.exit()).as(outcome.err()).isZero();
        final JsonNode figures = json(outcome).path("load");
        final long lost = figures.path("lost").asLong();
        System.out.printf(
                Locale.ROOT,
                "lost with it: %d of %d requests%n",
                lost,
                figures.path("sent").asLong());
        assertThat(figures.path("answered").asLong() + lost)
                .isEqualTo(figures.path("sent").asLong());
        assertThat(figures.path("answered").asLong())
                .isGreaterThan(figures.path("sent").asLong() / 2);
        assertThat(up()).containsExactly(4, 5);
        final JsonNode owners =
                Json.read(new NodeClient(anyBase(), "").get("/api/v1/buckets").body(), JsonNode.class);
        final List<Integer> live = items(status().path("cpus"))
                .filter(c -> c.path("state").asText().equals("up"))
                .map(c -> c.path("cpu").asInt())
                .toList();
        assertThat(items(owners.path("owner")).map(JsonNode::asInt))
                .hasSize(256)
                .allMatch(live::contains);
    }

    private static String anyBase() {
        return items(status().path("members"))
                .filter(m -> m.path("state").asText().equals("up"))
                .map(m -> m.path("http").asText())
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Order(6)
    void shouldShowTheDeadMemberInRed() {
        assumeTrue(VISIT.get() != null, "skipped: the browser test before it was");
        try (Visit other = new Visit(CHROMIUM.browser(), 400, ColorScheme.LIGHT).open(anyBase())) {
            assertThat(other.at(".mcard[data-member='3'][data-state=down] .tag"))
                    .hasText("✕ down");
            assertThat(other.at(".mcard[data-state=up]")).hasCount(2);
            assertThat(other.layoutFaults()).isEmpty();
            assertThat(other.errors()).isEmpty();
            other.shoot("live-killed");
        }
    }

    @Test
    @Order(7)
    void shouldLeaveNothingBehind() throws IOException {
        final ClusterFolder folder = ClusterFolder.of(home, "default");
        final List<ProcessHandle> members = folder.running().stream()
                .flatMap(member -> member.process().stream())
                .toList();
        assertThat(members).hasSize(2);
        final Cli.Outcome down = cli.run("down");
        assertThat(down.exit()).as(down.err()).isZero();
        assertThat(members).noneMatch(ProcessHandle::isAlive);
        try (Stream<Path> folders = Files.list(SHARED_MEMORY)) {
            assertThat(folders.map(p -> p.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("odonata-")
                            && members.stream().anyMatch(m -> name.endsWith("-" + m.pid())));
        }
        assertThat(folder.root()).doesNotExist();
        assertThat(cli.run("status").exit()).isEqualTo(3);
    }
}
