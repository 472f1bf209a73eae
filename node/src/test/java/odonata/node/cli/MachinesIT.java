package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import odonata.node.launch.Stop;
import odonata.node.snapshot.Json;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three machines, each a network namespace of this test's own with an address of its own, at one switch; a member with the cluster's
 * secret on each, as docs/multi-machine.md has it.
 */
@Tag("slow")
@WholeClusters
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class MachinesIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String NAME = "odm" + ProcessHandle.current().pid();
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String SECRET = "a secret of the machines of this test";

    @TempDir
    private Path home;

    private final List<Process> members = new ArrayList<>();
    private final List<String> namespaces = new ArrayList<>();

    private record Result(int status, String output) {}

    private static Result execute(final String... command) throws IOException, InterruptedException {
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private static void must(final String command) throws IOException, InterruptedException {
        final Result result = execute(command.split(" "));
        assertThat(result.status()).as(command + ": " + result.output()).isZero();
    }

    private static boolean has(final String program) throws InterruptedException {
        try {
            return execute(program, "-V").status() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static String namespace(final int machine) {
        return NAME + "-" + machine;
    }

    private static String port(final int machine) {
        return "p" + machine;
    }

    private void namespace(final String name) throws IOException, InterruptedException {
        final Result made = execute("ip", "netns", "add", name);
        assumeTrue(made.status() == 0, "skipped: no network namespace, run as root: " + made.output());
        namespaces.add(name);
    }

    /** The switch is namespace 0. */
    private void wire(final int machines) throws IOException, InterruptedException {
        namespace(namespace(0));
        must("ip -n " + namespace(0) + " link add br0 type bridge");
        must("ip -n " + namespace(0) + " link set br0 up");
        for (int machine = 1; machine <= machines; machine++) {
            final String name = namespace(machine);
            namespace(name);
            must("ip link add eth0 netns " + name + " type veth peer name " + port(machine) + " netns " + namespace(0));
            must("ip -n " + namespace(0) + " link set " + port(machine) + " master br0 up");
            must("ip -n " + name + " addr add 10.0.0." + machine + "/24 dev eth0");
            must("ip -n " + name + " link set eth0 up");
            must("ip -n " + name + " link set lo up");
        }
    }

    private Process start(final int machine, final Path secret) throws IOException {
        final List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace(machine)));
        command.addAll(List.of(
                ROOT.resolve("odonata").toString(),
                "member",
                "--bind",
                "10.0.0." + machine,
                "--port",
                "25520",
                "--http-port",
                "8080",
                "--secret-file",
                secret.toString(),
                "--set",
                "odonata.member.heartbeat-pause=10s"));
        if (machine > 1) {
            command.addAll(List.of("--seed", "10.0.0.1:25520"));
        }
        final ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(machine).toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ODONATA_") || name.startsWith("XDG_"));
        builder.environment().put("HOME", home.toString());
        builder.environment().put("ODONATA_NO_BUILD", "1");
        final Process process = builder.start();
        members.add(process);
        return process;
    }

    private Path log(final int machine) {
        return home.resolve("member-" + machine + ".log");
    }

    @AfterEach
    void end() throws Exception {
        for (final Process member : members) {
            member.destroyForcibly().waitFor();
            Stop.sweep(SHARED_MEMORY, member.pid());
        }
        for (final String name : namespaces) {
            execute("ip", "netns", "del", name);
        }
    }

    /** What a member answers by its HTTP interface with the token; empty when it does not. */
    private String get(final int machine, final String token, final String path)
            throws IOException, InterruptedException {
        final Result answer = execute(
                "ip",
                "netns",
                "exec",
                namespace(machine),
                "curl",
                "-s",
                "-m",
                "5",
                "-H",
                "Authorization: Bearer " + token,
                "http://10.0.0." + machine + ":8080" + path);
        return answer.status() == 0 ? answer.output() : "";
    }

    /** What it says of the states of all. */
    private List<String> states(final int machine, final String token) throws IOException, InterruptedException {
        final String answer = get(machine, token, "/api/v1/members");
        final List<String> states = new ArrayList<>();
        if (answer.startsWith("[")) {
            for (final JsonNode member : Json.read(answer.getBytes(StandardCharsets.UTF_8), JsonNode.class)) {
                states.add(
                        member.path("id").asInt() + " " + member.path("state").asText());
            }
        }
        return states;
    }

    private void await(final int machine, final String token, final String... states) {
        Awaitility.await().atMost(3, TimeUnit.MINUTES).untilAsserted(() -> assertThat(states(machine, token))
                .containsExactly(states));
    }

    private String token() throws IOException {
        return Files.readAllLines(log(1)).stream()
                .filter(line -> line.startsWith("admin token"))
                .map(line -> line.replaceFirst("admin token +", ""))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldLoseAMachineWithoutNetworkAndOneThatIsKilled() throws Exception {
        assumeTrue(has("ip") && has("curl"), "skipped: install iproute2 and curl");
        wire(3);
        final Path secret = home.resolve("secret");
        Files.writeString(secret, SECRET);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        start(1, secret);
        Awaitility.await().atMost(3, TimeUnit.MINUTES).until(() -> Files.readString(log(1))
                .contains("admin token"));
        final String token = token();
        await(1, token, "1 up");
        final Process two = start(2, secret);
        await(1, token, "1 up", "2 up");
        final Process three = start(3, secret);
        await(2, token, "1 up", "2 up", "3 up");
        assertThat(states(2, "wrong")).as("nobody gets in without the token").isEmpty();
        assertThat(get(1, token, "/metrics"))
                .as("machines share no memory, though here they could")
                .contains("odonata_uplink_near{to=\"2\"} 0", "odonata_uplink_near{to=\"3\"} 0");

        must("ip -n " + namespace(0) + " link set " + port(3) + " down");
        await(2, token, "1 up", "2 up", "3 down");
        assertThat(three.waitFor(3, TimeUnit.MINUTES)).as("cut off, it ends").isTrue();
        assertThat(three.exitValue()).isEqualTo(1);
        assertThat(Files.readString(log(3))).contains("the other members put this one out");

        final long killedNs = System.nanoTime();
        two.destroyForcibly();
        await(1, token, "1 up", "2 down", "3 down");
        System.out.printf(
                Locale.ROOT, "killed on its machine, given up after %.2f s%n", (System.nanoTime() - killedNs) / 1e9);
    }
}
