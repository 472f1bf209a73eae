package odonata.node.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import odonata.actors.cpu.Ktr;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.NodeClient;
import odonata.node.snapshot.Json;
import odonata.node.snapshot.MemberState;
import odonata.node.snapshot.MemberView;
import odonata.node.trace.ChromeTrace;
import odonata.node.trace.TraceRequest;
import odonata.node.trace.TraceView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every CPU did for some seconds. */
@Command(
        name = "trace",
        description = {
            "Record every switch, send, reply, function and wake-up of all CPUs for some seconds; write them for a trace viewer.",
            "",
            "Open the file in https://ui.perfetto.dev or chrome://tracing: a process for each member, a track for each CPU,"
                    + " slices for threads and the messages that they took, arrows from where a message was sent to where it was"
                    + " taken. CPUs are slower while they record.",
            ""
        })
final class TraceCommand extends Common {
    private static final int SPARE_S = 10;

    @Parameters(
            paramLabel = "FILE",
            description = "Where to write, for example out.json; is replaced when it is there.")
    private Path file;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How long, 1..600 (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "65536",
            description = "Events that each CPU keeps, the last ones: a power of two up to 1048576 (default:"
                    + " ${DEFAULT-VALUE}).")
    private int events;

    private final List<NodeClient> recording = new ArrayList<>();

    TraceCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        if (seconds < 1 || seconds > 600) {
            throw new CommandFailure(CommandFailure.USAGE, "--seconds " + seconds + ": allowed are 1..600");
        }
        if (events < 2 || events > Ktr.MOST || Integer.bitCount(events) != 1) {
            throw new CommandFailure(
                    CommandFailure.USAGE, "--events " + events + ": must be a power of two, 2.." + Ktr.MOST);
        }
        OutFile.check(file);
        final ClusterFolder folder = context().running(cluster.name());
        final String token = Context.token(folder);
        final List<MemberView> members = context().client(folder).snapshot().members().stream()
                .filter(m -> m.state() == MemberState.UP && !m.http().isEmpty())
                .toList();
        Interrupts.handle(this::stopAll, () -> {});
        final List<TraceView> views = new ArrayList<>();
        try {
            for (final MemberView member : members) {
                start(member, new NodeClient(member.http(), token));
            }
            for (int left = seconds; left > 0; left--) {
                console().progress("recording, " + left + " s left");
                TimeUnit.SECONDS.sleep(1);
            }
            console().progress("collecting");
            views.addAll(collect());
        } finally {
            console().progress("");
            stopAll();
        }
        report(views, write(views));
        return 0;
    }

    private void start(final MemberView member, final NodeClient client) throws IOException {
        final NodeClient.Answer answer = client.post("/api/v1/trace", new TraceRequest(events, seconds + SPARE_S));
        if (!answer.ok()) {
            throw new CommandFailure(1, "member " + member.id() + " does not record: " + answer.text());
        }
        synchronized (recording) {
            recording.add(client);
        }
    }

    private List<TraceView> collect() throws IOException {
        final List<TraceView> views = new ArrayList<>();
        for (final NodeClient client : List.copyOf(recording)) {
            final NodeClient.Answer answer = client.post("/api/v1/trace/stop", null);
            if (!answer.ok()) {
                throw new CommandFailure(1, client.base() + " does not answer: " + answer.text());
            }
            synchronized (recording) {
                recording.remove(client);
            }
            views.add(Json.read(answer.body(), TraceView.class));
        }
        return views;
    }

    /** No CPU goes on recording for nobody. */
    private void stopAll() {
        synchronized (recording) {
            for (final NodeClient client : recording) {
                try {
                    final NodeClient.Answer unused = client.post("/api/v1/trace/stop", null);
                } catch (IOException e) {
                    if (context().verbose()) {
                        console().note(client.base() + " does not answer, it stops by itself: " + e.getMessage());
                    }
                }
            }
            recording.clear();
        }
    }

    private long write(final List<TraceView> views) throws IOException {
        final long[] arrows = new long[1];
        OutFile.write(file, out -> arrows[0] = ChromeTrace.write(views, out));
        return arrows[0];
    }

    private void report(final List<TraceView> views, final long arrows) throws IOException {
        final int cpus = views.stream().mapToInt(v -> v.cpus().size()).sum();
        final long count = views.stream()
                .flatMap(v -> v.cpus().stream())
                .mapToLong(c -> c.events().size())
                .sum();
        final long lost = views.stream()
                .flatMap(v -> v.cpus().stream())
                .mapToLong(TraceView.CpuTrace::lost)
                .sum();
        if (json.json()) {
            final Map<String, Object> all = new LinkedHashMap<>();
            all.put("file", file.toString());
            all.put("bytes", Files.size(file));
            all.put("members", views.size());
            all.put("cpus", cpus);
            all.put("events", count);
            all.put("lost", lost);
            all.put("arrows", arrows);
            console().json(all);
            return;
        }
        console()
                .print(String.format(
                        Locale.ROOT,
                        "%s: %,d events of %d CPUs in %d members, %,d arrows, %,d bytes; open it in https://ui.perfetto.dev",
                        file,
                        count,
                        cpus,
                        views.size(),
                        arrows,
                        Files.size(file)));
        if (lost > 0) {
            console()
                    .note(String.format(
                            Locale.ROOT,
                            "%,d earlier events were overwritten; more are kept with --events, fewer come with --seconds",
                            lost));
        }
    }
}
