package odonata.node.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import odonata.loadgen.Job;
import odonata.loadgen.LoadSummary;
import odonata.loadgen.Report;
import odonata.loadgen.Thresholds;
import odonata.node.demo.LoadProcess;
import odonata.node.demo.RunFolder;
import odonata.node.demo.RunSummary.LoadPart;
import odonata.node.demo.SummaryMaker;
import odonata.node.demo.TextSummary;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.Stop;

/** TCP clients with the sockets of this host, against any server: a run without a cluster. */
final class HostLoad {
    /** Name and version of what {@code --json} prints; fields are only added within one version. */
    private static final String SCHEMA = "odonata.clients/1";

    private static final String LOOPBACK = "127.0.0.1";

    private final Context context;
    private final boolean json;
    private volatile boolean interrupted;

    /** What came of the run. */
    record Summary(
            String schema,
            String server,
            double seconds,
            LoadPart load,
            List<Thresholds.Verdict> thresholds,
            String folder) {}

    HostLoad(final Context context, final boolean json) {
        this.context = context;
        this.json = json;
    }

    /** Runs to the end, reports, and gives the exit code. */
    int run(final Job.Clients clients, final Thresholds thresholds, final Path parent) throws InterruptedException {
        final RunFolder out = RunFolder.create(parent, "load", WallClock.millis());
        final Path log = out.path().resolve("load.log");
        try (LoadProcess process = LoadProcess.start(context.environment(), Optional.empty(), log)) {
            Interrupts.handleRun(
                    () -> {
                        interrupted = true;
                        process.stop();
                    },
                    () -> process.process().destroyForcibly());
            process.begin(new Job(
                    List.of(),
                    LOOPBACK,
                    null,
                    LOOPBACK,
                    null,
                    clients,
                    null,
                    out.path().toString()));
            final LoadSummary load = follow(process);
            Stop.gone(List.of(process.process()), Duration.ofSeconds(5));
            return report(load, clients, thresholds, out);
        }
    }

    private LoadSummary follow(final LoadProcess process) throws InterruptedException {
        while (true) {
            final Report report = process.reports().take();
            switch (report.type()) {
                case "load" -> context.console().progress(words(report.load()));
                case "error" -> throw new CommandFailure(CommandFailure.USAGE, report.message());
                case "result" -> {
                    context.console().progress("");
                    return report.load();
                }
                default -> {}
            }
        }
    }

    private static String words(final LoadSummary load) {
        return String.format(
                Locale.ROOT,
                "%s  %,.0f requests/s  p99 %,.0f µs",
                load.phase(),
                load.answersPerSecond(),
                load.latencyUs().p99());
    }

    private int report(
            final LoadSummary load, final Job.Clients clients, final Thresholds thresholds, final RunFolder out) {
        final LoadPart part = SummaryMaker.load(load);
        final List<Thresholds.Verdict> verdicts =
                thresholds.judge(load.latencyUs().p99(), load.answersPerSecond(), 1);
        final Summary summary = new Summary(
                SCHEMA,
                clients.connect(),
                part.seconds(),
                part,
                verdicts,
                out.path().toString());
        out.writeSummary(summary);
        final List<String> lines = TextSummary.lines(part, verdicts);
        if (json) {
            context.console().json(summary);
        } else {
            lines.forEach(context.console()::print);
            context.console().print("Figures  " + out.path());
        }
        if (interrupted) {
            return CommandFailure.INTERRUPTED;
        }
        if (part.answered() == 0) {
            context.console().note("odonata: " + Unanswered.words(part));
            return 1;
        }
        return verdicts.stream().allMatch(Thresholds.Verdict::passed) ? 0 : CommandFailure.THRESHOLD;
    }
}
