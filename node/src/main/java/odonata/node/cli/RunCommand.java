package odonata.node.cli;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import odonata.config.MemberSettings;
import odonata.loadgen.Job;
import odonata.loadgen.Thresholds;
import odonata.node.demo.AnyMember;
import odonata.node.demo.LivePicture;
import odonata.node.demo.LoadProcess;
import odonata.node.demo.RunFolder;
import odonata.node.demo.RunResult;
import odonata.node.demo.RunSummary;
import odonata.node.demo.Session;
import odonata.node.demo.SummaryMaker;
import odonata.node.demo.TextSummary;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.NodeClient;
import odonata.node.launch.Stop;
import odonata.node.snapshot.ClusterSnapshot;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code load} and {@code replay} have in common: a run against a cluster that runs already. */
abstract class RunCommand extends Common {
    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    @Option(
            names = "--report-dir",
            paramLabel = "FOLDER",
            description = "Where the folder of this run is made, with report.html, summary.json and latency files"
                    + " (default: runs, beside the folders of the clusters).")
    private Path reportDir;

    RunCommand(final Context context) {
        super(context);
    }

    /** Name of the run's folder: load or replay. */
    abstract String kind();

    /** What the load generator is to do. */
    abstract Job job(List<String> members, Config config, String secret, Optional<String> output);

    /** Whether standard output is for machines. */
    final boolean json() {
        return json.json();
    }

    /** Limits; none by default. */
    Thresholds thresholds() {
        return Thresholds.NONE;
    }

    /** File that is replayed. */
    Optional<Path> capture() {
        return Optional.empty();
    }

    @Override
    public Integer call() throws Exception {
        final ClusterFolder folder = context().running(cluster.name());
        final Config config = DownCommand.configOf(folder).effective();
        final NodeClient client = context().client(folder);
        final ClusterSnapshot picture = client.snapshot();
        final RunFolder out = RunFolder.create(parent(), kind(), WallClock.millis());
        final AtomicReference<Session> session = new AtomicReference<>();
        try (LoadProcess process = LoadProcess.start(context().environment(), folder)) {
            Interrupts.handleRun(() -> stop(session.get(), process), () -> end(process, config, out));
            final Job job = job(
                    someWires(picture),
                    config,
                    secret(config),
                    Optional.of(out.path().toString()));
            final LivePicture live = new LivePicture(console().err(), console().errIsTerminal());
            session.set(new Session(
                    process, new AnyMember(client.base(), Context.token(folder)), new WallClock(), live::show));
            final RunResult result = session.get().run(job);
            live.end();
            Stop.gone(List.of(process.process()), Duration.ofSeconds(5));
            return report(result, config, client.base(), out);
        } finally {
            out.discardIfEmpty();
        }
    }

    private static void stop(final Session session, final LoadProcess process) {
        if (session == null) {
            process.stop();
        } else {
            session.stop();
        }
    }

    private static void end(final LoadProcess process, final Config config, final RunFolder out) {
        Stop.processes(List.of(process.process()), Duration.ZERO);
        Stop.sweep(SharedFolder.of(config), process.process().pid());
        out.discardIfEmpty();
    }

    /** Where the folder of the run is made. */
    final Path parent() {
        return reportDir == null ? context().home().resolve("runs") : reportDir;
    }

    /** Wires of members that serve. */
    static List<String> wires(final ClusterSnapshot picture) {
        return picture.members().stream()
                .filter(m -> m.state() == odonata.node.snapshot.MemberState.UP
                        && !m.wire().isEmpty())
                .map(m -> m.wire())
                .toList();
    }

    private static List<String> someWires(final ClusterSnapshot picture) {
        final List<String> wires = wires(picture);
        if (wires.isEmpty()) {
            throw new CommandFailure(CommandFailure.UNHEALTHY, "no member of " + picture.cluster() + " is up");
        }
        return wires;
    }

    /** The cluster secret, null without one. */
    static String secret(final Config config) {
        return Secrets.of(MemberSettings.of(config)).orElse(null);
    }

    /** The cluster's IP address without its prefix length. */
    static String address(final Config config) {
        return config.getString("net.address").replaceFirst("/.*", "");
    }

    private int report(final RunResult result, final Config config, final String dashboard, final RunFolder out) {
        final SummaryMaker.Figures figures = SummaryMaker.figures(result, capture());
        final List<Thresholds.Verdict> verdicts = thresholds()
                .judge(
                        result.load().map(l -> l.latencyUs().p99()).orElse(0.0),
                        result.load().map(l -> l.answersPerSecond()).orElse(0.0),
                        figures.imbalance().maxOverMean());
        final RunSummary summary =
                Summaries.of(result, figures, verdicts, Optional.empty(), dashboard, config, out.report());
        out.write(summary, result.history());
        show(console(), json.json(), summary);
        return result.interrupted() && !result.clusterEnded()
                ? CommandFailure.INTERRUPTED
                : verdict(console(), summary, result.clusterEnded());
    }

    /** Exit code of a run: 3 when its cluster ended, 1 when its replay was not counted exactly once or no TCP request was answered, else 20 when a threshold was missed. */
    static int verdict(final Console console, final RunSummary summary, final boolean clusterEnded) {
        if (clusterEnded) {
            console.note("odonata: the cluster ended before this run did; what its CPUs did is as last seen");
            return CommandFailure.NOT_FOUND;
        }
        final RunSummary.ReplayPart replay = summary.replay();
        if (replay != null && replay.packetsCounted() != replay.packetsInFile()) {
            console.note("odonata: the replay has " + replay.packetsInFile() + " packets, the CPUs together counted "
                    + replay.packetsCounted());
            return 1;
        }
        if (summary.load() != null
                && summary.load().clients() != null
                && summary.load().answered() == 0) {
            console.note("odonata: " + Unanswered.words(summary.load()));
            return 1;
        }
        return summary.thresholds().stream().allMatch(Thresholds.Verdict::passed) ? 0 : CommandFailure.THRESHOLD;
    }

    static void show(final Console console, final boolean json, final RunSummary summary) {
        if (json) {
            TextSummary.lines(summary).forEach(console::note);
            console.json(summary);
        } else {
            TextSummary.lines(summary).forEach(console::print);
        }
    }
}
