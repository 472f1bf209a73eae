package odonata.node.cli;

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
import odonata.node.snapshot.MemberState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A member dies. */
@Command(
        name = "kill",
        description = {
            "End a member's process at once (SIGKILL), to see what happens: its buckets get new owners, its flows start anew.",
            "",
            "Returns when the others have noticed and every bucket has a live owner. To leave without loss: drain.",
            ""
        })
final class KillCommand extends Common {
    @Parameters(paramLabel = "N", description = "Number of the member, as status shows it.")
    private int member;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    @Option(names = "--no-wait", description = "Return at once after the kill.")
    private boolean noWait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to wait until all buckets have live owners (default: ${DEFAULT-VALUE}).")
    private int timeout;

    KillCommand(final Context context) {
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
        final boolean last = folder.running().size() == 1;
        final WallClock clock = new WallClock();
        final long began = clock.nowNs();
        final Optional<MemberRecord> record = MemberTarget.record(folder, member);
        if (record.isPresent()) {
            killHere(folder, record.get());
        } else {
            final NodeClient.Answer answer = client.post("/api/v1/members/" + member + "/kill", null);
            if (!answer.ok()) {
                throw new CommandFailure(1, "cannot kill member " + member + ": " + answer.text());
            }
        }
        if (!noWait && !last) {
            await(client, clock, began);
        }
        report(buckets, (clock.nowNs() - began) / 1e9, !noWait && !last);
        return 0;
    }

    private static void killHere(final ClusterFolder folder, final MemberRecord record) {
        record.process().ifPresent(process -> {
            process.destroyForcibly();
            if (!Stop.gone(List.of(process), Duration.ofSeconds(5))) {
                throw new CommandFailure(1, "process " + process.pid() + " does not end");
            }
        });
        Stop.sweep(SharedFolder.of(DownCommand.configOf(folder).effective()), record.pid());
        Trees.delete(folder.member(record.slot()));
    }

    private void await(final NodeClient client, final WallClock clock, final long began) throws InterruptedException {
        Waiting.until(clock, began, Duration.ofSeconds(timeout), "its buckets have no live owners", why -> {
            final ClusterSnapshot picture = client.snapshot();
            why.accept(noticed(picture) ? "buckets still move" : "the others have not noticed");
            return noticed(picture) && owned(picture) ? Optional.of(picture) : Optional.empty();
        });
    }

    private boolean noticed(final ClusterSnapshot picture) {
        return picture.members().stream().noneMatch(m -> m.id() == member && m.state() != MemberState.DOWN);
    }

    private boolean owned(final ClusterSnapshot picture) {
        final List<Integer> lost = picture.cpus().stream()
                .filter(c -> c.member() == member)
                .map(c -> c.cpu())
                .toList();
        for (int bucket = 0; bucket < picture.buckets().owner().length; bucket++) {
            if (lost.contains(picture.buckets().owner()[bucket])
                    || picture.buckets().from()[bucket] >= 0) {
                return false;
            }
        }
        return true;
    }

    private void report(final int buckets, final double seconds, final boolean waited) {
        if (json.json()) {
            final Map<String, Object> all = new LinkedHashMap<>();
            all.put("member", member);
            all.put("buckets", buckets);
            all.put("waited", waited);
            all.put("seconds", Math.rint(seconds * 100) / 100);
            console().json(all);
        } else {
            console()
                    .print(
                            waited
                                    ? String.format(
                                            Locale.ROOT,
                                            "member %d killed; its %d buckets have live owners after %.1f s",
                                            member,
                                            buckets,
                                            seconds)
                                    : "member " + member + " killed");
        }
    }
}
