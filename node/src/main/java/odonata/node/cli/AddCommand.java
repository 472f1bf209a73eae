package odonata.node.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import odonata.config.Layers;
import odonata.config.Profiles;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.Launcher;
import odonata.node.launch.MemberRecord;
import odonata.node.launch.NodeClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One more member. */
@Command(
        name = "add",
        description = {
            "Start one more member of a running cluster on this machine. It takes over buckets from the others; no packet is"
                    + " lost or counted twice.",
            "",
            "Returns when the member serves and all buckets have arrived. A start that fails is undone.",
            ""
        })
final class AddCommand extends Common {
    private static final Duration UNDO_PATIENCE = Duration.ofSeconds(3);

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    @Option(names = "--cpus", paramLabel = "N", description = "Emulated CPUs, 1..64 (default: as the others).")
    private String cpus;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait until it serves (default: 120).")
    private Integer timeout;

    AddCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        final ClusterFolder folder = context().running(cluster.name());
        final NodeClient client = context().client(folder);
        final int before = client.health().members();
        final Map<String, String> flags = new LinkedHashMap<>();
        if (cpus != null) {
            flags.put("odonata.cluster.cpus", cpus);
        }
        if (timeout != null) {
            flags.put("odonata.member.ready-timeout", timeout + " s");
        }
        final Layers layers =
                Layers.of(flags, Map.of(), Profiles.load(folder.config().toString()));
        final WallClock clock = new WallClock();
        final long began = clock.nowNs();
        final Launcher launcher = new Launcher(folder, layers, context().environment(), clock);
        final Path sharedMemory = SharedFolder.of(layers.effective());
        Interrupts.handle(
                () -> launcher.undoAdded(sharedMemory, UNDO_PATIENCE),
                () -> launcher.undoAdded(sharedMemory, Duration.ZERO));
        final int slot;
        try {
            slot = launcher.add(seed(folder), false);
            launcher.awaitReady(before + 1, console()::progress);
            console().progress("");
        } catch (Exception e) {
            launcher.undoAdded(sharedMemory, UNDO_PATIENCE);
            throw e;
        }
        report(folder, slot, (clock.nowNs() - began) / 1e9);
        return 0;
    }

    /** Any member that runs: the first one may have left. */
    private static String seed(final ClusterFolder folder) {
        return folder.running().stream()
                .map(MemberRecord::address)
                .filter(address -> !address.isEmpty())
                .findFirst()
                .orElseThrow(
                        () -> new CommandFailure(CommandFailure.UNHEALTHY, "no member of the cluster has joined yet"));
    }

    private void report(final ClusterFolder folder, final int slot, final double seconds) {
        final MemberRecord added = folder.members().stream()
                .filter(m -> m.slot() == slot)
                .findFirst()
                .orElseThrow(() -> new CommandFailure(1, "the new member has ended again"));
        if (json.json()) {
            final Map<String, Object> all = new LinkedHashMap<>();
            all.put("member", added.member());
            all.put("address", added.address());
            all.put("http", added.http());
            all.put("readySeconds", Math.rint(seconds * 100) / 100);
            console().json(all);
        } else {
            console()
                    .print(String.format(
                            Locale.ROOT,
                            "member %d joined in %.1f s: %s, dashboard %s",
                            added.member(),
                            seconds,
                            added.address(),
                            added.http()));
        }
    }
}
