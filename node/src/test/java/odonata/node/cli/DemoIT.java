package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./odonata demo} as it is typed, with what the build has made and an empty home. */
@Tag("slow")
@WholeClusters
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class DemoIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String NAME = "demo-it-" + ProcessHandle.current().pid();

    @TempDir
    private Path home;

    private Process demo;

    private Process start(final String... more) throws IOException {
        // what runs the tests may have been started in the background, where shells let Ctrl-C be ignored
        final List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                ROOT.resolve("odonata").toString(),
                "demo",
                "--name",
                NAME,
                "--json",
                "--rate",
                "500",
                "--profile",
                "patient"));
        command.addAll(List.of(more));
        final ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(home.resolve("out").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ODONATA_") || name.startsWith("XDG_"));
        builder.environment().put("HOME", home.toString());
        builder.environment().put("ODONATA_NO_BUILD", "1");
        demo = builder.start();
        return demo;
    }

    @AfterEach
    void end() {
        demo.destroyForcibly();
    }

    /** Reads what the demo says up to a line that begins so; to the end when there is none. */
    private static String readUpTo(final BufferedReader errors, final String beginning) throws IOException {
        final StringBuilder said = new StringBuilder();
        for (String line = errors.readLine(); line != null; line = errors.readLine()) {
            said.append(line).append('\n');
            if (line.startsWith(beginning)) {
                return said.toString();
            }
        }
        return said.toString();
    }

    private static BufferedReader errors(final Process process) {
        return process.errorReader(StandardCharsets.UTF_8);
    }

    private void expectNothingLeft() throws IOException {
        assertThat(ProcessHandle.allProcesses()
                        .filter(p -> p.info().commandLine().orElse("").contains(home.toString())))
                .isEmpty();
        try (Stream<Path> folders = Files.list(SHARED_MEMORY)) {
            assertThat(folders.map(p -> p.getFileName().toString())).noneMatch(name -> name.contains(NAME));
        }
        assertThat(home.resolve(".odonata/clusters/" + NAME)).doesNotExist();
    }

    @Test
    void shouldDriveLoadCountEveryPacketReportAndLeaveNothing() throws Exception {
        final Process process = start("--duration", "10");
        final String said = readUpTo(errors(process), "\u0000");
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.lines().findFirst().orElse("")).startsWith("dashboard  http://127.0.0.1:");

        final JsonNode summary = new ObjectMapper().readTree(home.resolve("out").toFile());
        try (InputStream schema = DemoIT.class.getResourceAsStream("/odonata/node/schema/summary-1.json")) {
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                            .getSchema(schema)
                            .validate(summary))
                    .isEmpty();
        }
        System.out.println("demo: ready in " + summary.path("readySeconds") + " s, latency "
                + summary.path("load").path("latencyUs"));
        assertThat(summary.path("members"))
                .hasSize(3)
                .allMatch(m -> m.path("state").asText().equals("up"));
        assertThat(summary.path("cpus"))
                .hasSize(6)
                .allMatch(c -> c.path("packets").asLong() > 0);
        final JsonNode replay = summary.path("replay");
        assertThat(replay.path("packetsCounted").asLong())
                .isEqualTo(replay.path("packetsInFile").asLong())
                .isGreaterThan(30_000);
        final JsonNode load = summary.path("load");
        assertThat(load.path("answered").asLong()).isPositive();
        assertThat(load.path("answered").asLong() + load.path("lost").asLong())
                .isEqualTo(load.path("sent").asLong());
        final JsonNode imbalance = summary.path("imbalance");
        assertThat(imbalance.path("maxOverMean").asDouble()).isBetween(1.0, 6.0);
        assertThat(imbalance.path("expectedByLuck").asDouble()).isBetween(1.0, 6.0);
        assertThat(Files.readString(Path.of(summary.path("report").asText())))
                .contains("odonata.summary/1")
                .doesNotContain("src=\"http")
                .doesNotContain("href=\"http");
        expectNothingLeft();
    }

    /** While the members start; while load is driven. */
    @ParameterizedTest
    @ValueSource(strings = {"dashboard", "ready in"})
    void shouldLeaveNothingWhenInterrupted(final String moment) throws Exception {
        final Process process = start("--members", "1", "--duration", "60");
        final BufferedReader errors = errors(process);
        assertThat(readUpTo(errors, moment)).contains(moment);
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
        readUpTo(errors, "\u0000");
        assertThat(process.waitFor()).isEqualTo(130);
        expectNothingLeft();
        final Path runs = home.resolve(".odonata/runs");
        if (Files.exists(runs)) {
            assertThat(runs).isEmptyDirectory();
        }
    }
}
