package odonata.node.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import odonata.node.dashboard.Chromium;
import odonata.node.dashboard.Visit;
import odonata.node.snapshot.Json;
import odonata.testkit.tun.NetNamespace;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A real cluster whose TCP real programs use through TUN, seen by capture and the real tshark, by netstat, and by the page in a browser. */
@Tag("slow")
@WholeClusters
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class SeeIT {
    @RegisterExtension
    static final Chromium CHROMIUM = Chromium.whereNeeded();

    private static final String DEVICE = "ods" + ProcessHandle.current().pid() % 100_000;
    private static final String SITE = "10.77.77.1";
    private static final int CLIENTS = 24;

    @TempDir
    private Path home;

    private Cli cli;
    private NetNamespace outside;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(NetNamespace.has("tshark") && NetNamespace.has("curl"), "skipped: install tshark and curl");
        outside = NetNamespace.create();
        cli = new Cli(home);
        final Cli.Outcome up =
                cli.run("up", "--members", "2", "--cpus", "2", "--profile", "patient", "--tun", DEVICE, "--json");
        assertThat(up.exit()).as(up.err()).isZero();
        outside.adopt(DEVICE, "10.77.77.2/24");
    }

    @AfterEach
    void end() throws IOException {
        if (cli != null) {
            cli.run("down");
        }
        if (outside != null) {
            outside.close();
        }
    }

    private static String tshark(final Path file, final String... more) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(
                "tshark", "-r", file.toString(), "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"));
        command.addAll(List.of(more));
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out;
    }

    private JsonNode json(final String... command) {
        return Json.read(cli.run(command).out().getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }

    /** So many connections to the echo service, each of which has had urgent data sent back. Held open until the process is ended. */
    private Process echoClients(final int connections) throws Exception {
        final Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        final Path classes = Path.of(EchoClients.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        final Process clients = outside.start(
                java.toString(),
                "-cp",
                classes.toString(),
                EchoClients.class.getName(),
                SITE,
                Integer.toString(connections));
        final BufferedReader out = clients.inputReader(StandardCharsets.UTF_8);
        for (int i = 0; i < connections; i++) {
            assertThat(out.readLine()).isEqualTo("abc!");
        }
        return clients;
    }

    @Test
    void shouldCaptureRealTrafficSoThatTsharkHasNothingToSay() throws Exception {
        final Path file = home.resolve("all.pcap");
        final CompletableFuture<Cli.Outcome> capture = CompletableFuture.supplyAsync(
                () -> new Cli(home).run("capture", "--seconds", "40", "--json", file.toString()));
        Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> {
            outside.exec("ping", "-n", "-c", "1", "-w", "20", SITE);
            return Files.exists(file) && Files.size(file) > 100;
        });
        outside.exec("ping", "-n", "-c", "2", "-s", "4000", "-w", "20", SITE);
        for (int i = 0; i < 8; i++) {
            outside.exec("curl", "-s", "-m", "60", "-o", "/dev/null", "http://" + SITE + "/bytes/300000");
        }
        echoClients(1).destroy();
        final Cli.Outcome outcome = capture.get(5, TimeUnit.MINUTES);
        assertThat(outcome.exit()).as(outcome.err()).isZero();
        final JsonNode totals = Json.read(outcome.out().getBytes(StandardCharsets.UTF_8), JsonNode.class);
        assertThat(totals.path("dropped").asLong()).isZero();
        assertThat(tshark(file, "-T", "fields", "-e", "frame.number").lines())
                .hasSize(totals.path("packets").asInt());
        assertThat(tshark(file, "-Y", "_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0"))
                .isBlank();
        assertThat(tshark(file, "-q", "-z", "expert,error")).isBlank();
        assertThat(tshark(file, "-Y", "http.response.code == 200").lines()).hasSize(8);
        assertThat(tshark(file, "-Y", "tcp.flags.urg == 1")).isNotBlank();
        assertThat(tshark(file, "-Y", "tcp.options.timestamp.tsval && tcp.flags.syn == 1")
                        .lines())
                .hasSizeGreaterThanOrEqualTo(18);
        assertThat(tshark(file, "-Y", "ip.flags.mf == 1")).as("fragments").isNotBlank();
        assertThat(tshark(file, "-Y", "icmp.type == 0 && data.len == 3992").lines())
                .as("put together")
                .hasSize(2);
    }

    @Test
    void shouldShowRealConnectionsByNetstatAndInTheBrowser() throws Exception {
        final Process clients = echoClients(CLIENTS);
        try {
            final Cli.Outcome netstat = cli.run("netstat", "--state", "established", "-p", "tcp");
            assertThat(netstat.exit()).as(netstat.err()).isZero();
            assertThat(netstat.out().lines().filter(line -> line.contains(SITE + ":7")))
                    .hasSize(CLIENTS);
            assertThat(cli.run("netstat", "-a", "-p", "tcp").out()).containsPattern("0\\.0\\.0\\.0:80 +\\* +LISTEN");
            assertThat(cli.run("netstat", "-p", "udp").out()).containsPattern("udp .*0\\.0\\.0\\.0:7 ");
            assertThat(cli.run("netstat", "-s", "-p", "tcp").out())
                    .startsWith("tcp:\n")
                    .containsPattern("\t\\d+ packets sent\n");
            final Cli.Outcome few = cli.run("netstat", "--limit", "5");
            assertThat(few.out().lines()).hasSize(6);
            assertThat(few.err()).contains("--limit shows more");
            assertThat(json("capture", "--list", "--json").findValuesAsText("name"))
                    .contains(DEVICE, "lo0");
            Awaitility.await()
                    .atMost(1, TimeUnit.MINUTES)
                    .until(() -> json("status", "--json")
                                    .path("tcp")
                                    .path("state.ESTABLISHED")
                                    .asInt()
                            >= CLIENTS);
            look(json("status", "--json").path("dashboard").asText());
        } finally {
            clients.destroy();
        }
    }

    private void look(final String dashboard) {
        try (Visit v = new Visit(CHROMIUM.require(), 1600, ColorScheme.DARK).open(dashboard + "/?view=tcp")) {
            assertThat(v.at("#p-spread svg[data-lanes='4']")).isVisible();
            assertThat(v.at("#p-spread rect[data-state=ESTABLISHED]")).not().hasCount(0);
            assertThat(v.at("#p-connections tbody tr")).hasCount(CLIENTS);
            assertThat(v.at("#p-listeners")).containsText("0.0.0.0:80");
            v.at("#search").fill("10.77.77.2 established");
            assertThat(v.at("#p-connections .sub")).containsText("all " + CLIENTS + " found among");
            assertThat(found(v, 1) + found(v, 2))
                    .as("those of both members, whichever serves the page")
                    .isEqualTo(CLIENTS);
            assertThat(v.errors()).isEmpty();
            v.shoot("tcp-real");
        }
    }

    /** Echo connections that the page finds at a member. */
    private static int found(final Visit v, final int member) {
        v.at("#search").fill("m" + member + " :7");
        final Locator rows = v.at("#p-connections tbody tr");
        assertThat(rows.filter(new Locator.FilterOptions().setHasText("m" + (3 - member) + ".c")))
                .hasCount(0);
        assertThat(rows.first()).containsText("m" + member + ".c");
        return rows.count();
    }
}
