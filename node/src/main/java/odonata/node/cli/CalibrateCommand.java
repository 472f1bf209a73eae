package odonata.node.cli;

import com.typesafe.config.Config;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import odonata.actors.cpu.CostModel;
import odonata.config.Layers;
import odonata.node.calibrate.Calibration;
import odonata.node.calibrate.CostsFile;
import odonata.node.calibrate.Figure;
import odonata.node.launch.Checkup;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.JavaCommand;
import odonata.node.launch.Spawn;
import odonata.node.launch.Trees;
import odonata.node.member.AllSettings;
import odonata.node.snapshot.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What things cost on this machine.
 *
 * <p>The measuring is done by a second JVM, with the flags of a member: the one of the command line compiles for a fast start.
 */
@Command(
        name = "calibrate",
        description = {
            "Measure what sends, switches, wake-ups, copies and hops take on this machine, and write the table by which virtual"
                    + " time is charged (section lwkt.costs). Takes some ten times --seconds; nothing else should run meanwhile.",
            ""
        })
final class CalibrateCommand extends Common {
    private static final int HEAP_MB = 1_024;
    private static final String DOING = "# ";
    private static final long END_S = 10;
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final int LAST_LINES = 5;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "Where to write the table, for example costs.conf; is replaced when it is there.")
    private Path file;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How long each measurement takes, 1..60 (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Mixin
    private SettingsOptions settings;

    @Mixin
    private JsonOption json;

    @Option(names = "--here", hidden = true, description = "Measure in this JVM; end when standard input closes.")
    private boolean here;

    CalibrateCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        if (seconds < 1 || seconds > 60) {
            throw new CommandFailure(CommandFailure.USAGE, "--seconds " + seconds + ": allowed are 1..60");
        }
        if (file != null) {
            OutFile.check(file);
        }
        if (here) {
            measure();
            return 0;
        }
        final Layers layers = settings.layers(Map.of(), context().environment());
        AllSettings.of(layers.effective());
        final long share = Checkup.busyShare();
        final String when = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        final List<String> where = where(share);
        final List<Figure> figures = byAnother(layers);
        if (file != null) {
            final String text = CostsFile.of(figures, when, where);
            OutFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        }
        report(figures, when, where);
        if (!Checkup.free(share)) {
            console()
                    .note(
                            "others use the processors, a busy thread ran " + share
                                    + " % of the time: what takes two CPUs or a wake-up is too high; repeat it on a free machine");
        }
        return 0;
    }

    private void measure() throws InterruptedException {
        Parent.whenGone(console(), Thread.currentThread()::interrupt);
        final Config config = settings.layers(Map.of(), context().environment()).effective();
        final List<Figure> figures = new Calibration(
                        AllSettings.of(config),
                        CostModel.from(config),
                        new WallClock(),
                        Duration.ofSeconds(seconds),
                        doing -> console().print(DOING + doing))
                .run();
        console().print(new String(Json.bytes(figures), StandardCharsets.UTF_8));
    }

    private List<Figure> byAnother(final Layers layers) throws IOException {
        final Path folder = Files.createTempDirectory("odonata-calibrate");
        final Path config = folder.resolve("settings.conf");
        final Path log = folder.resolve("log");
        Files.writeString(config, layers.overrides());
        final List<String> command = new ArrayList<>(
                JavaCommand.jvm("odonata.node.cli.Main", HEAP_MB, context().environment()));
        command.addAll(
                List.of("calibrate", "--here", "--seconds", Integer.toString(seconds), "--profile", config.toString()));
        final Process process = Spawn.talking(command, log);
        Interrupts.handle(() -> end(process, folder), process::destroyForcibly);
        try {
            return figures(process, log);
        } finally {
            console().progress("");
            end(process, folder);
        }
    }

    private List<Figure> figures(final Process process, final Path log) throws IOException {
        int done = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(DOING)) {
                    console().progress(++done + "  " + line.substring(DOING.length()));
                } else if (line.startsWith("[")) {
                    return Arrays.asList(Json.read(line.getBytes(StandardCharsets.UTF_8), Figure[].class));
                }
            }
        }
        throw new CommandFailure(
                1,
                "the measuring failed"
                        + Spawn.lastError(log).map(why -> ": " + why).orElse(""),
                Spawn.lastLines(log, LAST_LINES),
                null);
    }

    /** It ends its media drivers in order, which takes their shared memory away. */
    private static void end(final Process process, final Path folder) {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Trees.delete(folder);
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void report(final List<Figure> figures, final String when, final List<String> where) {
        if (json.json()) {
            final Map<String, Object> all = new LinkedHashMap<>();
            all.put("when", when);
            all.put("where", where);
            all.put("figures", figures);
            all.put("file", file == null ? null : file.toString());
            console().json(all);
            return;
        }
        final Table table = new Table("COST", ">VALUE", ">LOW", ">HIGH", ">SAMPLES", "HOW");
        figures.forEach(f -> table.row(
                f.key(),
                f.value(),
                f.samples() == 0 ? "-" : tenths(f.low()),
                f.samples() == 0 ? "-" : tenths(f.high()),
                f.samples(),
                f.how()));
        table.lines().forEach(console()::print);
        console()
                .print(
                        file == null
                                ? "name a FILE to keep the table"
                                : file + " written; use it with --profile " + file);
    }

    private static String tenths(final double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static List<String> where(final long share) {
        final List<String> lines = new ArrayList<>();
        lines.add(processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
        lines.add(System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch") + ", Java " + System.getProperty("java.version"));
        lines.add("a busy thread ran " + share + " % of the time");
        return lines;
    }

    private static String processor() {
        try {
            return Files.readAllLines(CPU_INFO).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown processor");
        } catch (IOException e) {
            return "unknown processor";
        }
    }
}
