package odonata.node.cli;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import odonata.config.ClusterSettings;
import odonata.config.DemoSettings;
import odonata.config.Layers;
import odonata.config.MemberSettings;
import odonata.loadgen.Capture;
import odonata.loadgen.Job;
import odonata.node.demo.AnyMember;
import odonata.node.demo.LivePicture;
import odonata.node.demo.LoadProcess;
import odonata.node.demo.RunFolder;
import odonata.node.demo.RunResult;
import odonata.node.demo.RunSummary;
import odonata.node.demo.Session;
import odonata.node.demo.SummaryMaker;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.Launcher;
import odonata.node.launch.Stop;
import odonata.node.launch.Waiting;
import odonata.node.snapshot.ClusterSnapshot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Everything in one command. */
@Command(
        name = "demo",
        description = {
            "Start a cluster of JVMs, drive real packets through it, show how the work is partitioned, report, stop.",
            "",
            "Two inputs at once: a replay of a capture of real traffic that ships with the program, and open-loop UDP echo"
                    + " requests. Ctrl-C at any moment ends everything and leaves nothing; a second one ends it at once.",
            ""
        })
final class DemoCommand extends Common {
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final double REPLAY_SHARE = 0.75;

    @Mixin
    private SettingsOptions settings;

    @Mixin
    private JsonOption json;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "demo",
            description = "Name of the cluster (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(names = "--members", paramLabel = "N", description = "Member JVMs, 1..32 (default: 3).")
    private String members;

    @Option(names = "--cpus", paramLabel = "N", description = "Emulated CPUs of each member, 1..64 (default: 2).")
    private String cpus;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "How long load is driven (default: 20).")
    private Integer duration;

    @Option(names = "--rate", paramLabel = "N", description = "Requests per second of the UDP load (default: 3000).")
    private String rate;

    @Option(
            names = "--keep",
            description = "Leave the cluster running afterwards; end it with: odonata down --name demo.")
    private boolean keep;

    @Option(
            names = "--replay",
            paramLabel = "FILE",
            description = "Another capture than the one that ships with the program.")
    private Path replay;

    @Option(
            names = "--report-dir",
            paramLabel = "FOLDER",
            description = "Where the folder of this run is made, with report.html, summary.json and latency files"
                    + " (default: runs, beside the folders of the clusters).")
    private Path reportDir;

    private final AtomicReference<LoadProcess> load = new AtomicReference<>();
    private volatile boolean ending;
    private volatile Optional<RunFolder> unfinished = Optional.empty();

    DemoCommand(final Context context) {
        super(context);
    }

    /** What one demo works with. */
    private record Plan(
            Config config,
            String overrides,
            ClusterSettings cluster,
            DemoSettings demo,
            Path capture,
            long packets,
            ClusterFolder folder,
            Launcher launcher,
            Path sharedMemory) {}

    @Override
    public Integer call() throws Exception {
        final WallClock clock = new WallClock();
        final Plan plan = plan(clock);
        Interrupts.handle(() -> cleanUp(plan, PATIENCE), () -> cleanUp(plan, Duration.ZERO));
        RunFolder out = null;
        boolean fine = false;
        try {
            final long began = clock.nowNs();
            final String dashboard = plan.launcher().start(plan.overrides(), !keep, WallClock.millis(), List.of());
            console()
                    .note("dashboard  " + dashboard + "  (" + plan.cluster().members() + " members of "
                            + plan.cluster().cpus() + " CPUs start)");
            start(plan);
            plan.launcher().awaitReady(plan.cluster().members(), console()::progress);
            console().progress("");
            final double ready = (clock.nowNs() - began) / 1e9;
            console().note(String.format(Locale.ROOT, "ready in %.1f s", ready));
            out = RunFolder.create(
                    reportDir == null ? context().home().resolve("runs") : reportDir, "demo", WallClock.millis());
            unfinished = Optional.of(out);
            final RunResult result = run(plan, dashboard, out, clock);
            if (ending) {
                return CommandFailure.INTERRUPTED; // its cluster is being ended under it: nothing to report
            }
            final RunSummary summary = Summaries.of(
                    result,
                    SummaryMaker.figures(result, Optional.of(plan.capture())),
                    List.of(),
                    Optional.of(Math.rint(ready * 100) / 100),
                    dashboard,
                    plan.config(),
                    out.report());
            out.write(summary, result.history());
            fine = true;
            RunCommand.show(console(), json.json(), summary);
            return RunCommand.verdict(console(), summary, result.clusterEnded());
        } finally {
            end(plan, fine);
            if (out != null) {
                out.discardIfEmpty();
            }
        }
    }

    private Plan plan(final WallClock clock) {
        final Map<String, String> flags = new HashMap<>();
        flags.put("odonata.cluster.name", name);
        flags.put("odonata.cluster.members", members);
        flags.put("odonata.cluster.cpus", cpus);
        flags.put("odonata.demo.duration", duration == null ? null : duration + " s");
        flags.put("odonata.demo.rate", rate);
        final Layers layers = settings.layers(flags, context().environment());
        final Config config = layers.effective();
        final Path sharedMemory = Checked.settings(config).driver().folder();
        final Path capture = (replay == null ? shipped() : replay).toAbsolutePath();
        final Capture survey = ReplayCommand.survey(capture);
        final ClusterSettings cluster = ClusterSettings.of(config);
        final ClusterFolder folder = ClusterFolder.of(context().home(), cluster.name());
        UpCommand.claim(folder, sharedMemory, MemberSettings.of(config));
        return new Plan(
                config,
                layers.overrides(),
                cluster,
                DemoSettings.of(config),
                capture,
                survey.packets(),
                folder,
                new Launcher(folder, layers, context().environment(), clock),
                sharedMemory);
    }

    private static Path shipped() {
        final String root = System.getProperty("odonata.root", "");
        if (root.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.USAGE, "no capture is at hand; start with the odonata script or give --replay FILE");
        }
        return Path.of(root, "captures", "campus.pcap");
    }

    /** The load generator starts while the members do: it is ready when they are. */
    private synchronized void start(final Plan plan) {
        if (!ending) {
            load.set(LoadProcess.start(context().environment(), plan.folder()));
        }
    }

    private RunResult run(final Plan plan, final String dashboard, final RunFolder out, final WallClock clock)
            throws Exception {
        final AnyMember any = new AnyMember(dashboard, Context.token(plan.folder()));
        final ClusterSnapshot picture = pictured(any, plan, clock);
        final LivePicture live = new LivePicture(console().err(), console().errIsTerminal());
        final RunResult result = new Session(load.get(), any, clock, live::show).run(job(plan, picture, out));
        live.end();
        Stop.gone(List.of(load.get().process()), PATIENCE);
        return result;
    }

    /** The first picture that shows the wires of all members. */
    private static ClusterSnapshot pictured(final AnyMember any, final Plan plan, final WallClock clock)
            throws InterruptedException {
        final Duration limit = MemberSettings.of(plan.config()).readyTimeout();
        return Waiting.until(clock, clock.nowNs(), limit, "the members do not hear of each other", why -> {
            final ClusterSnapshot picture = any.snapshot();
            final int wires = RunCommand.wires(picture).size();
            why.accept("wires of " + wires + " members are known");
            return Optional.of(picture).filter(p -> wires == plan.cluster().members());
        });
    }

    private static Job job(final Plan plan, final ClusterSnapshot picture, final RunFolder out) {
        final double seconds = plan.demo().duration().toMillis() / 1e3;
        final double warmup = Math.min(2, seconds / 5);
        final double pace = plan.demo().replayRate() > 0
                ? plan.demo().replayRate()
                : Math.max(1, plan.packets() / (seconds * REPLAY_SHARE));
        return new Job(
                RunCommand.wires(picture),
                MemberSettings.of(plan.config()).bind(),
                RunCommand.secret(plan.config()),
                RunCommand.address(plan.config()),
                new Job.Load(
                        "uniform",
                        plan.demo().flows(),
                        1,
                        "poisson",
                        plan.demo().rate(),
                        64,
                        warmup,
                        seconds - warmup,
                        2,
                        1,
                        1,
                        plan.config().getString("net.hash"),
                        "10.88.0.0/16",
                        7),
                null,
                new Job.Replay(plan.capture().toString(), "rate", pace, false),
                out.path().toString());
    }

    private void end(final Plan plan, final boolean fine) {
        if (fine && keep) {
            stopLoad();
            console()
                    .note("the cluster goes on; end it with: odonata down --name "
                            + plan.cluster().name());
        } else {
            cleanUp(plan, PATIENCE);
        }
    }

    private synchronized void cleanUp(final Plan plan, final Duration patience) {
        ending = true;
        final List<ProcessHandle> processes = new ArrayList<>();
        Optional.ofNullable(load.get()).ifPresent(l -> processes.add(l.process()));
        stopLoad();
        plan.launcher().undo(plan.sharedMemory(), patience);
        Stop.processes(processes, patience);
        processes.forEach(p -> Stop.sweep(plan.sharedMemory(), p.pid()));
        unfinished.ifPresent(RunFolder::discardUnlessWritten);
    }

    private void stopLoad() {
        Optional.ofNullable(load.get()).ifPresent(LoadProcess::close);
    }
}
