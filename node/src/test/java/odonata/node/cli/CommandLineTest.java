package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import odonata.node.cli.Cli.Outcome;
import odonata.node.snapshot.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
    @TempDir
    private Path home;

    private Cli cli;

    @BeforeEach
    void makeCli() {
        cli = new Cli(home);
    }

    private static void oneLine(final Outcome outcome, final int exit, final String... parts) {
        assertThat(outcome.err()).startsWith("odonata: ").contains(parts);
        assertThat(outcome.errorLines()).as(outcome.err()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.exit()).isEqualTo(exit);
    }

    private void nothingLeft() throws IOException {
        try (var files = Files.walk(home)) {
            assertThat(files.filter(f -> Files.isRegularFile(f)
                                    || f.getFileName().toString().equals("clusters"))
                            .filter(f -> !f.getFileName().toString().endsWith(".conf"))
                            .filter(f -> !f.getFileName().toString().endsWith(".pcap")))
                    .isEmpty();
        }
    }

    @Nested
    class WithWrongUse {
        @ParameterizedTest
        @CsvSource({
            "up --membres 3, --membres, --members",
            "demo --duraton=5, --duraton, --duration",
            "load --wrokload uniform, --wrokload, --workload",
            "stauts, stauts, status",
            "bukets, bukets, buckets"
        })
        void shouldNameNearestValidWord(final String line, final String wrong, final String right) throws IOException {
            oneLine(cli.run(line.split(" ", -1)), 2, wrong, "did you mean " + right + "?", "--help");
            nothingLeft();
        }

        @Test
        void shouldSayWhatIsWrongWithATestPort() throws IOException {
            final String socket = home.resolve("tp").toString();
            oneLine(cli.run("testport"), 2, "--socket");
            oneLine(cli.run("testport", "--socket", socket, "--cpus", "0"), 2, "--cpus 0", "1..64");
            oneLine(
                    cli.run(
                            "testport",
                            "--socket",
                            socket,
                            "--trace",
                            home.resolve("none/t").toString()),
                    2,
                    "cannot write --trace",
                    "choose a file");
            Files.createFile(home.resolve("tp"));
            oneLine(cli.run("testport", "--socket", socket), 2, "is there already");
            Files.delete(home.resolve("tp"));
            nothingLeft();
        }

        @Test
        void shouldNameNearestKey() throws IOException {
            oneLine(
                    cli.run("up", "--set", "lwkt.ipiq.capcity=64"),
                    2,
                    "unknown configuration key lwkt.ipiq.capcity",
                    "did you mean lwkt.ipiq.capacity?");
            nothingLeft();
        }

        @Test
        void shouldNameFileAndLineOfUnknownKey() throws IOException {
            final Path file = home.resolve("mine.conf");
            Files.writeString(file, "odonata.cluster {\n  memebrs = 3\n}\n");
            oneLine(
                    cli.run("up", "--profile", file.toString()),
                    2,
                    "memebrs",
                    "mine.conf: 2",
                    "odonata.cluster.members?");
            nothingLeft();
        }

        @ParameterizedTest
        @CsvSource({
            "odonata.cluster.members=0, 1..32",
            "odonata.cluster.members=many, 1..32",
            "odonata.http.port=70000, 0..65535",
            "lwkt.ipiq.capacity=100, power of two",
            "net.hash=md5, dragonfly",
            "odonata.driver.term-length=1000000, power of two",
            "odonata.cluster.placement=random, balanced"
        })
        void shouldNameRangeOfBadValue(final String setting, final String allowed) throws IOException {
            oneLine(cli.run("up", "--set", setting), 2, allowed);
            oneLine(cli.run("demo", "--set", setting, "--replay", capture(1).toString()), 2, allowed);
            nothingLeft();
        }

        @Test
        void shouldRefuseUnknownEnvironmentVariable() {
            cli.with("ODONATA_CLUSTER_MEMBRS", "3");
            oneLine(cli.run("up"), 2, "ODONATA_CLUSTER_MEMBRS", "did you mean ODONATA_CLUSTER_MEMBERS?");
        }

        @Test
        void shouldRefuseBadName() {
            oneLine(cli.run("up", "--name", "../x"), 2, "odonata.cluster.name=../x", "letters, digits");
            oneLine(cli.run("status", "--name", "a b"), 2, "--name=a b", "letters, digits");
        }

        @Test
        void shouldSayWhichCommandIsMissing() {
            oneLine(cli.run(), 2, "a command is needed");
            oneLine(cli.run("config"), 2, "a command is needed: show");
            oneLine(cli.run("drain"), 2, "'N'");
        }

        @Test
        void shouldUndoAStartThatTakesTooLongAndSayWhatEachMemberLogged() {
            final Outcome outcome = cli.run("up", "--members", "2", "--set", "odonata.member.ready-timeout=1s");
            assertThat(outcome.exit()).as(outcome.err()).isEqualTo(4);
            assertThat(outcome.err().lines().findFirst().orElse(""))
                    .startsWith("odonata: the cluster is not ready after 1 s: member 1")
                    .contains("more time: --set odonata.member.ready-timeout=2s")
                    .contains("--profile patient");
            assertThat(outcome.err().lines())
                    .filteredOn(line -> line.matches("  member [12] (has logged nothing|logged last:)"))
                    .hasSize(2);
            assertThat(home.resolve("clusters/default")).doesNotExist();
        }

        @Test
        void shouldRefuseTakenPort() throws IOException {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                final String port = Integer.toString(taken.getLocalPort());
                oneLine(cli.run("up", "--http-port", port), 2, "port " + port, "in use");
                oneLine(cli.run("member", "--port", port), 2, "port " + port, "in use");
            }
            assertThat(home.resolve("clusters/default")).doesNotExist();
        }
    }

    private Path capture(final int packets) throws IOException {
        final Path file = home.resolve("c" + packets + ".pcap");
        final byte[] header = {
            (byte) 0xd4,
            (byte) 0xc3,
            (byte) 0xb2,
            (byte) 0xa1,
            2,
            0,
            4,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            4,
            0,
            101,
            0,
            0,
            0
        };
        final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        bytes.write(header);
        for (int i = 0; i < packets; i++) {
            bytes.write(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 20, 0, 0, 0});
            bytes.write(new byte[] {0x45, 0, 0, 20, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2});
        }
        Files.write(file, bytes.toByteArray());
        return file;
    }

    @Nested
    class WithBadCapture {
        @Test
        void shouldRefuseEmptyFile() throws IOException {
            final Path file = Files.createFile(home.resolve("empty.pcap"));
            oneLine(cli.run("replay", file.toString()), 2, "empty.pcap");
            oneLine(cli.run("demo", "--replay", file.toString()), 2, "empty.pcap");
            nothingLeft();
        }

        @Test
        void shouldRefuseDamagedFile() throws IOException {
            final Path file = capture(2);
            final byte[] bytes = Files.readAllBytes(file);
            Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 5));
            oneLine(cli.run("replay", file.toString()), 2, file.getFileName().toString());
            nothingLeft();
        }

        @Test
        void shouldRefuseCaptureWithoutPackets() throws IOException {
            oneLine(cli.run("replay", capture(0).toString()), 2, "c0.pcap");
        }

        @Test
        void shouldRefuseMissingFile() {
            oneLine(cli.run("replay", home.resolve("none.pcap").toString()), 2, "none.pcap");
        }
    }

    @Nested
    class WithTraceFile {
        @ParameterizedTest
        @CsvSource({
            "trace --seconds 0 out.json, --seconds, 1..600",
            "trace --events 1000 out.json, --events, power of two",
            "trace none/out.json, none/out.json, no such folder",
            "trace /tmp, /tmp, is a folder",
            "capture, FILE, --list",
            "capture --list out.pcap, out.pcap, leave out",
            "capture --seconds 0 out.pcap, --seconds 0, 1..86400",
            "capture --count 0 out.pcap, --count 0, at least 1",
            "capture --port 70000 out.pcap, 70000, 1..65535",
            "capture --port http out.pcap, --port, http",
            "capture --host here out.pcap, here, four numbers",
            "capture --proto tcpp out.pcap, tcpp, tcp",
            "capture --snaplen 0 out.pcap, snaplen 0, 1..65535",
            "capture /tmp, /tmp, is a folder",
            "capture none/out.pcap, none/out.pcap, no such folder",
            "load --timeout 120, --timeout=120, 0.01..60",
            "load --rate -1, --rate=-1, 10000000",
            "load --workload unifrom, --workload=unifrom, zipf",
            "load --workload htpt, --workload=htpt, http",
            "load --workload http --connections 0, --connections=0, 1..60000",
            "load --workload bulk --pipeline 2, --pipeline=2, 1..1",
            "load --workload http --path x, --path=x, slash",
            "load --workload http --rate 0, --rate=0, 10000000",
            "load --workload kv --set-share 2, --set-share=2, 0..1",
            "load --workload http --client-cpus 0, --client-cpus=0, 1..64",
            "load --workload http --port 70000, --port=70000, 1..65535",
            "load --workload http --clients 0.0.0.0/0, --clients=0.0.0.0/0, wider",
            "load --workload http --connect here, --connect=here, HOST:PORT",
            "load --workload http --connect no.such.host.invalid:80, --connect=no.such.host.invalid:80, not known",
            "load --connect localhost:80, --connect, tcp-echo",
            "load --clients here, here, four numbers",
            "up --profile patien, no profile patien, did you mean patient?",
            "replay none.pcap, none.pcap, no such file"
        })
        void shouldRefuse(final String line, final String what, final String why) {
            oneLine(cli.run(line.split(" ", -1)), 2, what, why);
        }
    }

    @Nested
    class WithoutCluster {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "status",
                    "top",
                    "load",
                    "add",
                    "drain 1",
                    "kill 1",
                    "buckets",
                    "rebalance",
                    "logs",
                    "ps",
                    "route",
                    "ps -L --cpu 0",
                    "netstat",
                    "netstat -s",
                    "capture --list",
                    "capture -",
                    "trace out.json"
                })
        void shouldExitWithThree(final String line) {
            oneLine(cli.run(line.split(" ", -1)), 3, "no cluster default");
        }

        @Test
        void shouldSucceedToEndNothing() {
            final Outcome outcome = cli.run("down");
            assertThat(outcome.exit()).isZero();
            assertThat(outcome.out()).isEqualTo("cluster default was not running\n");
        }
    }

    @Nested
    class WithExposure {
        @Test
        void shouldRefuseToBindElsewhereWithoutSecret() throws IOException {
            oneLine(cli.run("member", "--bind", "0.0.0.0"), 2, "0.0.0.0", "secret-file");
            oneLine(cli.run("up", "--set", "odonata.member.bind=0.0.0.0"), 2, "0.0.0.0", "secret-file");
            nothingLeft();
        }

        @Test
        void shouldRefuseShortOrMissingSecret() throws IOException {
            final Path secret = home.resolve("short.conf");
            Files.writeString(secret, "abc\n");
            oneLine(cli.run("member", "--bind", "0.0.0.0", "--secret-file", secret.toString()), 2, "at least 16");
            oneLine(cli.run("member", "--secret-file", home.resolve("none").toString()), 2, "openssl rand");
        }

        @Test
        void shouldRefuseBadSeed() {
            oneLine(cli.run("member", "--seed", "somewhere"), 2, "HOST:PORT");
        }
    }

    @Nested
    class Help {
        @Test
        void shouldExplainEveryCommandAndOption() {
            final CommandLine root = CommandLines.create(new Console(System.out, System.err, Map.of()), Map.of());
            final List<String> silent = new ArrayList<>();
            visit(root, silent);
            assertThat(silent).isEmpty();
        }

        private void visit(final CommandLine command, final List<String> silent) {
            final var spec = command.getCommandSpec();
            if (spec.usageMessage().description().length == 0) {
                silent.add(spec.qualifiedName());
            }
            spec.args().stream()
                    .filter(arg -> !arg.hidden() && arg.description().length == 0)
                    .forEach(arg -> silent.add(spec.qualifiedName() + " " + arg.paramLabel()));
            command.getSubcommands().values().forEach(sub -> visit(sub, silent));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "demo",
                    "up",
                    "down",
                    "status",
                    "top",
                    "load",
                    "replay",
                    "add",
                    "drain",
                    "kill",
                    "rebalance",
                    "buckets",
                    "logs",
                    "ps",
                    "route",
                    "netstat",
                    "capture",
                    "trace",
                    "doctor",
                    "config",
                    "member"
                })
        void shouldPrintHelp(final String command) {
            final Outcome outcome = cli.run(command, "--help");
            assertThat(outcome.exit()).isZero();
            assertThat(outcome.out()).startsWith("Usage: odonata " + command);
            assertThat(outcome.err()).isEmpty();
        }

        @Test
        void shouldWriteCompletion() {
            final Outcome outcome = cli.run("completion");
            assertThat(outcome.exit()).isZero();
            assertThat(outcome.out()).contains("--members").contains("_complete_odonata");
        }

        @Test
        void shouldNotUseColourWithoutTerminal() {
            assertThat(cli.run("--help").out()).doesNotContain("\u001b");
        }
    }

    @Nested
    class ConfigShow {
        @Test
        void shouldSayWhereEachValueComesFrom() throws IOException {
            final Path file = home.resolve("mine.conf");
            Files.writeString(file, "odonata.cluster.cpus = 7\n");
            cli.with("ODONATA_HTTP_MAX_STREAMS", "5");
            final Outcome outcome =
                    cli.run("config", "show", "--profile", file.toString(), "--set", "lwkt.turn=9", "--json");
            assertThat(outcome.exit()).isZero();
            final JsonNode all = Json.read(outcome.out().getBytes(StandardCharsets.UTF_8), JsonNode.class);
            assertThat(all.at("/odonata.cluster.cpus/origin").asText()).isEqualTo("file");
            assertThat(all.at("/odonata.cluster.cpus/where").asText()).contains("mine.conf: 1");
            assertThat(all.at("/odonata.http.max-streams/origin").asText()).isEqualTo("environment");
            assertThat(all.at("/lwkt.turn/value").asText()).isEqualTo("9");
            assertThat(all.at("/lwkt.turn/origin").asText()).isEqualTo("flag");
            assertThat(all.at("/net.hash/origin").asText()).isEqualTo("default");
        }

        @Test
        void shouldPrintATable() {
            final Outcome outcome = cli.run("config", "show", "odonata.demo");
            assertThat(outcome.out().lines())
                    .hasSize(5)
                    .allMatch(l -> l.startsWith("KEY") || l.startsWith("odonata.demo."));
        }
    }

    @Nested
    class Doctor {
        @Test
        void shouldLookAtEverything() {
            final Outcome outcome = cli.run("doctor", "--json");
            final JsonNode all = Json.read(outcome.out().getBytes(StandardCharsets.UTF_8), JsonNode.class);
            assertThat(outcome.exit()).isEqualTo(all.get("fit").asBoolean() ? 0 : 1);
            assertThat(all.get("findings").findValuesAsText("what"))
                    .containsExactly(
                            "Java",
                            "JVM flags",
                            "cores",
                            "processor",
                            "memory",
                            "shared memory",
                            "leftovers",
                            "ports",
                            "folder of clusters",
                            "tun",
                            "Maven");
        }

        @Test
        void shouldFailWhenSharedMemoryIsTooSmall() {
            final Outcome outcome = cli.run(
                    "doctor", "--set", "odonata.driver.term-length=67108864", "--set", "odonata.cluster.members=32");
            assertThat(outcome.exit()).isEqualTo(1);
            assertThat(outcome.out()).contains("[FAIL] shared memory").contains("shm-size");
        }
    }
}
