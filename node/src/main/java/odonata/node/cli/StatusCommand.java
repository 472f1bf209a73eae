package odonata.node.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import odonata.node.http.Health;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.NodeClient;
import odonata.node.launch.Waiting;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.CpuState;
import odonata.node.snapshot.CpuView;
import odonata.node.snapshot.EventView;
import odonata.node.snapshot.MemberState;
import odonata.node.snapshot.MemberView;
import odonata.node.top.Figures;
import odonata.node.top.TopView;
import odonata.ssi.membership.EventKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One screen about a cluster. */
@Command(
        name = "status",
        description = {
            "Show members, their state, CPUs, load, buckets and uptime. Exit code 10 when the cluster is not whole.",
            "",
            "LOAD is the share of the last second in which the member's CPUs ran threads. CPU USE is what its process took"
                    + " of the machine's cores. A member that was not heard of for 3 s is marked stale."
                    + " Errors are the last five that members found in themselves: threads that died, broken links.",
            ""
        })
final class StatusCommand extends Common {
    private static final long PERIOD_MS = 1000;
    private static final int ERRORS = 5;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    @Option(names = "--watch", description = "Print again every second until Ctrl-C.")
    private boolean watch;

    @Option(names = "--exit-when-healthy", description = "Wait until the cluster is whole, then exit with 0.")
    private boolean exitWhenHealthy;

    @Option(
            names = "--members",
            paramLabel = "N",
            description = "With --exit-when-healthy: so many members must be up.")
    private int members;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "With --exit-when-healthy: exit code 4 after so long (default: ${DEFAULT-VALUE}).")
    private int timeout;

    StatusCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        final ClusterFolder folder = context().running(cluster.name());
        if (exitWhenHealthy) {
            return await(folder);
        }
        int exit = once(folder);
        while (watch) {
            Thread.sleep(PERIOD_MS);
            exit = once(folder);
        }
        return exit;
    }

    private int await(final ClusterFolder folder) throws InterruptedException {
        final WallClock clock = new WallClock();
        Waiting.until(clock, clock.nowNs(), Duration.ofSeconds(timeout), "not healthy", why -> {
            final Health health = client(folder).health();
            why.accept(
                    health.reasons().isEmpty() ? health.up() + " members are up" : String.join(", ", health.reasons()));
            return health.ready() && health.healthy() && (members == 0 || health.up() == members)
                    ? Optional.of(health)
                    : Optional.empty();
        });
        return once(folder);
    }

    private NodeClient client(final ClusterFolder folder) throws IOException {
        try {
            return context().client(folder);
        } catch (CommandFailure e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private int once(final ClusterFolder folder) {
        final NodeClient client = context().client(folder);
        final ClusterSnapshot picture;
        final Health health;
        try {
            picture = client.snapshot();
            health = client.health();
        } catch (IOException e) {
            throw new CommandFailure(
                    CommandFailure.UNHEALTHY, "no answer from " + client.base() + ": " + e.getMessage(), e);
        }
        final boolean whole = health.healthy() && health.ready();
        if (json.json()) {
            console().json(asJson(picture, health, client.base()));
        } else {
            lines(picture, health, client.base()).forEach(console()::print);
        }
        return whole ? 0 : CommandFailure.UNHEALTHY;
    }

    private static Map<String, Object> asJson(
            final ClusterSnapshot picture, final Health health, final String dashboard) {
        final Map<String, Object> all = new LinkedHashMap<>();
        all.put("cluster", picture.cluster());
        all.put("healthy", health.healthy() && health.ready());
        all.put("reasons", health.reasons());
        all.put("dashboard", dashboard);
        all.put("members", picture.members());
        all.put("cpus", picture.cpus());
        all.put("bucketMapVersion", picture.buckets().version());
        all.put("imbalance", picture.imbalance());
        all.put("totals", picture.totals());
        all.put("tcp", picture.tcp().sums());
        all.put("errors", errors(picture));
        return all;
    }

    static List<String> lines(final ClusterSnapshot picture, final Health health, final String dashboard) {
        final List<String> lines = new ArrayList<>();
        lines.add("cluster " + picture.cluster() + ": "
                + (health.healthy() && health.ready() ? "healthy" : "NOT healthy") + ", "
                + health.up() + " of " + health.members() + " members up, bucket map version "
                + picture.buckets().version());
        health.reasons().forEach(reason -> lines.add("  ! " + reason));
        final Table table = new Table(
                "MEMBER",
                "STATE",
                "ADDRESS",
                "CPUS",
                ">LOAD",
                ">BUCKETS",
                ">PACKETS/S",
                ">CPU USE",
                ">HEAP",
                ">UPTIME",
                "LEADER");
        picture.members().forEach(member -> table.row(cells(member, picture)));
        lines.addAll(table.lines());
        lines.add(String.format(
                Locale.ROOT,
                "all: %s packets/s, %s messages/s, max/mean %.2f; the processes used %.3f of one core in the last 10 s",
                Figures.rate(picture.totals().packetsPerS()),
                Figures.rate(picture.totals().messagesPerS()),
                picture.imbalance().maxOverMean(),
                picture.totals().processCpu()));
        lines.add(TopView.tcp(picture));
        errors(picture)
                .forEach(e -> lines.add(
                        "error " + Instant.ofEpochMilli(e.atMs()) + ", member " + e.member() + ": " + e.text()));
        lines.add("dashboard " + dashboard);
        return lines;
    }

    /** The last of what the members report as their own defects: threads that died, panics, broken links. */
    private static List<EventView> errors(final ClusterSnapshot picture) {
        final List<EventView> errors = picture.events().stream()
                .filter(e -> e.kind().equals(EventKind.ERROR.label()))
                .toList();
        return errors.subList(Math.max(0, errors.size() - ERRORS), errors.size());
    }

    private static Object[] cells(final MemberView member, final ClusterSnapshot picture) {
        final List<CpuView> cpus =
                picture.cpus().stream().filter(c -> c.member() == member.id()).toList();
        final boolean gone = member.state() == MemberState.LEFT || member.state() == MemberState.DOWN;
        final List<CpuView> live =
                cpus.stream().filter(c -> c.state() == CpuState.UP).toList();
        return new Object[] {
            member.id(),
            member.state().label() + (member.stale() && !gone ? " (stale)" : ""),
            member.address(),
            cpus.stream().map(c -> Integer.toString(c.cpu())).collect(Collectors.joining(",")),
            Figures.percent(
                    live.stream().mapToDouble(CpuView::utilisation).average().orElse(0)),
            live.stream().mapToInt(CpuView::buckets).sum(),
            Figures.rate(live.stream().mapToDouble(CpuView::packetsPerS).sum()),
            String.format(Locale.ROOT, "%.3f", member.processCpu()),
            member.heapMb() + " MiB",
            Figures.uptime(member.uptimeS()),
            member.leader() ? "*" : ""
        };
    }
}
