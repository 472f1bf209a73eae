package odonata.node.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.MemberRecord;
import odonata.node.launch.NodeClient;
import odonata.node.launch.Stop;
import odonata.node.launch.Trees;
import odonata.node.launch.Waiting;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.EventView;
import odonata.node.snapshot.MemberState;
import odonata.node.snapshot.MemberView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A member leaves in order. */
@Command(
        name = "drain",
        description = {
            "Make a member hand its buckets and flows to the others, then leave. No request is lost.",
            "",
            "Returns when the member has left and its process has ended.",
            ""
        })
final class DrainCommand extends Common {
    @Parameters(paramLabel = "N", description = "Number of the member, as status shows it.")
    private int member;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "How long to wait until it has left (default: ${DEFAULT-VALUE}). The drain goes on after that.")
    private int timeout;

    DrainCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        final ClusterFolder folder = context().running(cluster.name());
        final NodeClient client = MemberTarget.other(context(), folder, member);
        final ClusterSnapshot before = client.snapshot();
        MemberTarget.live(before, member);
        final int buckets = before.cpus().stream()
                .filter(c -> c.member() == member)
                .mapToInt(c -> c.buckets())
                .sum();
        final long flows = before.cpus().stream()
                .filter(c -> c.member() == member)
                .mapToLong(c -> c.flows())
                .sum();
        final Optional<MemberRecord> record = MemberTarget.record(folder, member);
        final WallClock clock = new WallClock();
        final long began = clock.nowNs();
        final NodeClient.Answer answer = client.post("/api/v1/members/" + member + "/drain", null);
        if (!answer.ok()) {
            throw new CommandFailure(
                    answer.status() == 404 ? CommandFailure.NOT_FOUND : 1,
                    "cannot drain member " + member + ": " + answer.text());
        }
        final ClusterSnapshot after = await(client, clock, began);
        record.ifPresent(r -> ended(folder, r));
        report(after, buckets, flows, (clock.nowNs() - began) / 1e9);
        return 0;
    }

    private ClusterSnapshot await(final NodeClient client, final WallClock clock, final long began)
            throws InterruptedException {
        return Waiting.until(clock, began, Duration.ofSeconds(timeout), "member " + member + " has not left", why -> {
            final ClusterSnapshot picture = client.snapshot();
            final MemberState state = picture.members().stream()
                    .filter(m -> m.id() == member)
                    .map(MemberView::state)
                    .findFirst()
                    .orElse(MemberState.LEFT);
            if (state == MemberState.DOWN) {
                throw new CommandFailure(1, "member " + member + " died while it drained");
            }
            why.accept("it is " + state.label());
            return Optional.of(picture).filter(p -> state == MemberState.LEFT);
        });
    }

    /** Its process has nothing left to do; its record and its log go with it. */
    private void ended(final ClusterFolder folder, final MemberRecord record) {
        final Path sharedMemory = SharedFolder.of(DownCommand.configOf(folder).effective());
        record.process().ifPresent(process -> {
            if (!Stop.gone(List.of(process), Duration.ofSeconds(10))) {
                Stop.processes(List.of(process), Duration.ofSeconds(2));
            }
        });
        Stop.sweep(sharedMemory, record.pid());
        Trees.delete(folder.member(record.slot()));
    }

    private void report(final ClusterSnapshot after, final int buckets, final long flows, final double seconds) {
        if (json.json()) {
            final Map<String, Object> all = new LinkedHashMap<>();
            all.put("member", member);
            all.put("seconds", Math.rint(seconds * 100) / 100);
            all.put("bucketsMoved", buckets);
            all.put("flowsMoved", flows);
            all.put("mapVersion", after.buckets().version());
            all.put("events", events(after));
            console().json(all);
        } else {
            console()
                    .print(String.format(
                            Locale.ROOT,
                            "member %d left in %.1f s: %d buckets with %s flows have new owners",
                            member,
                            seconds,
                            buckets,
                            odonata.node.top.Figures.count(flows)));
            events(after).forEach(event -> console().print("  " + event.kind() + "  " + event.text()));
        }
    }

    private List<EventView> events(final ClusterSnapshot after) {
        return after.events().stream()
                .filter(e -> e.member() == member
                        && (e.kind().equals("drain") || e.kind().equals("leave")))
                .toList();
    }
}
