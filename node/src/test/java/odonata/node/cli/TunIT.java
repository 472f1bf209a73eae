package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import odonata.node.snapshot.Json;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs of the machine reach the cluster's one address, which two members serve, through a TUN device of the first. The device
 * is moved into a network namespace of the test's own.
 */
@Tag("slow")
@WholeClusters
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class TunIT {
    private static final String DEVICE = "odc" + ProcessHandle.current().pid() % 100_000;
    private static final String NAMESPACE =
            "odonata-it-" + ProcessHandle.current().pid();
    private static final int CLIENTS = 12;

    /** Ports whose low bytes, of which the flow hash is made, are all over: the kernel gives neighbours, which may be of one CPU. */
    private static final int FIRST_PORT = 20_011;

    private static final int PORT_STEP = 37;

    @TempDir
    private Path home;

    private boolean namespaceMade;

    private record Result(int status, String output) {}

    private static Result execute(final String... command) throws IOException, InterruptedException {
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private static String inNamespace(final String... command) throws IOException, InterruptedException {
        final List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", NAMESPACE));
        all.addAll(List.of(command));
        return execute(all.toArray(String[]::new)).output();
    }

    private static boolean has(final String program) throws InterruptedException {
        try {
            return execute(program, "-V").status() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void must(final String... command) throws IOException, InterruptedException {
        final Result result = execute(command);
        assertThat(result.status())
                .as(String.join(" ", command) + ": " + result.output())
                .isZero();
    }

    @AfterEach
    void end() throws Exception {
        new Cli(home).run("down");
        if (namespaceMade) {
            execute("ip", "netns", "del", NAMESPACE);
        }
    }

    @Test
    void shouldAnswerPingAndDatagramsOfRealPrograms() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "skipped: no /dev/net/tun (modprobe tun)");
        assumeTrue(has("ip") && has("ping"), "skipped: install iproute2 and iputils-ping");
        final Result made = execute("ip", "netns", "add", NAMESPACE);
        assumeTrue(made.status() == 0, "skipped: no network namespace, run as root: " + made.output());
        namespaceMade = true;
        final Cli cli = new Cli(home);
        final Cli.Outcome up =
                cli.run("up", "--members", "2", "--cpus", "1", "--profile", "patient", "--tun", DEVICE, "--json");
        assertThat(up.exit()).as(up.err()).isZero();
        must("ip", "link", "set", DEVICE, "netns", NAMESPACE);
        must("ip", "-n", NAMESPACE, "addr", "add", "10.77.77.2/24", "dev", DEVICE);
        must("ip", "-n", NAMESPACE, "link", "set", DEVICE, "up");

        assertThat(inNamespace("ping", "-n", "-c", "3", "-i", "0.2", "-w", "60", "10.77.77.1"))
                .containsPattern("transmitted, [3-9] received");
        for (int client = 0; client < CLIENTS; client++) {
            final String text = "datagram " + client;
            assertThat(inNamespace(
                            "bash",
                            "-c",
                            "exec 3<>/dev/udp/10.77.77.1/7; echo '" + text + "' >&3; timeout 60 head -n 1 <&3"))
                    .isEqualTo(text + "\n");
        }
        serveCurl();
        Awaitility.await().atMost(1, TimeUnit.MINUTES).untilAsserted(() -> assertThat(cpus(cli))
                .hasSize(2)
                .allMatch(cpu -> cpu.path("packets").asLong() > 0));
    }

    /** A small page, many connections, much at once, an upload, one connection for many requests; contents by their hash. */
    private void serveCurl() throws Exception {
        assumeTrue(has("curl"), "skipped: install curl");
        final String site = "http://10.77.77.1";
        assertThat(inNamespace("curl", "-s", "-m", "60", site + "/")).contains("over the cluster's own TCP");
        final Set<String> servers = new TreeSet<>();
        for (int client = 0; client < CLIENTS; client++) {
            final String port = Integer.toString(FIRST_PORT + client * PORT_STEP);
            servers.add(inNamespace("curl", "-s", "-m", "60", "--local-port", port, site + "/")
                    .replaceAll("(?s).*CPU (\\d+).*", "$1"));
        }
        assertThat(servers).as("CPUs that served").containsExactly("0", "1");
        final int much = 20_000_000;
        assertThat(inNamespace("bash", "-c", "curl -s -m 120 " + site + "/bytes/" + much + " | sha256sum"))
                .startsWith(sha256(much));
        assertThat(inNamespace("bash", "-c", "curl -s -m 120 " + site + "/chunked/" + much + " | sha256sum"))
                .startsWith(sha256(much));
        assertThat(inNamespace(
                        "bash",
                        "-c",
                        "curl -s -m 120 " + site + "/bytes/3000000 | curl -s -m 120 -T - " + site + "/upload"))
                .isEqualTo("3000000 " + sha256(3_000_000) + "\n");
        assertThat(inNamespace("curl", "-s", "-v", "-m", "60", "-o", "/dev/null", site + "/bytes/[1-50]"))
                .contains("Re-using existing connection");
    }

    /** Of that many bytes of the pattern. */
    private static String sha256(final int length) throws Exception {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static JsonNode cpus(final Cli cli) {
        return Json.read(cli.run("status", "--json").out().getBytes(StandardCharsets.UTF_8), JsonNode.class)
                .path("cpus");
    }

    @Test
    void shouldSayWhatIsWrongAndLeaveNothing() {
        final Cli.Outcome up = new Cli(home).run("up", "--members", "1", "--profile", "patient", "--tun", "lo");
        assertThat(up.exit()).isEqualTo(2);
        assertThat(up.err()).hasLineCount(1).containsAnyOf("choose another name", "run as root", "modprobe");
        assertThat(home.resolve("clusters/default")).doesNotExist();
    }
}
