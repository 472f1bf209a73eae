package odonata.node.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import odonata.config.ClusterSettings;
import odonata.config.Layers;
import odonata.config.MemberSettings;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.Launcher;
import odonata.node.launch.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts a cluster that stays. */
@Command(
        name = "up",
        description = {
            "Start a cluster on this machine and leave it running.",
            "",
            "Returns when every member is up, all rings and channels are connected and every bucket has an owner."
                    + " A start that fails or takes longer than --timeout is undone. End it with: odonata down.",
            ""
        })
final class UpCommand extends Common {
    private static final Duration UNDO_PATIENCE = Duration.ofSeconds(3);

    @Mixin
    private SettingsOptions settings;

    @Mixin
    private JsonOption json;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the cluster (default: default).")
    private String name;

    @Option(names = "--members", paramLabel = "N", description = "Member JVMs, 1..32 (default: 3).")
    private String members;

    @Option(names = "--cpus", paramLabel = "N", description = "Emulated CPUs of each member, 1..64 (default: 2).")
    private String cpus;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "Port of the first member's dashboard; 0: a free one.")
    private String httpPort;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait until it is ready (default: 120).")
    private Integer timeout;

    @Option(
            names = "--tun",
            paramLabel = "NAME",
            description = "The first member opens this TUN device, so that programs of this machine reach the cluster's"
                    + " address (root only). Then: ip addr add 10.77.77.2/24 dev NAME; ip link set NAME up;"
                    + " ping 10.77.77.1")
    private String tun;

    UpCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        final Layers layers = settings.layers(flags(), context().environment());
        final Path sharedMemory = Checked.settings(layers.effective()).driver().folder();
        final ClusterSettings cluster = ClusterSettings.of(layers.effective());
        final MemberSettings member = MemberSettings.of(layers.effective());
        final WallClock clock = new WallClock();
        final long began = clock.nowNs();
        final ClusterFolder folder = ClusterFolder.of(context().home(), cluster.name());
        claim(folder, sharedMemory, member);
        final Launcher launcher = new Launcher(folder, layers, context().environment(), clock);
        Interrupts.handle(
                () -> launcher.undo(sharedMemory, UNDO_PATIENCE), () -> launcher.undo(sharedMemory, Duration.ZERO));
        try {
            final List<String> first = tun == null ? List.of() : List.of("--tun", tun);
            final String dashboard = launcher.start(layers.overrides(), false, WallClock.millis(), first);
            launcher.awaitReady(cluster.members(), console()::progress);
            console().progress("");
            report(folder, cluster, dashboard, (clock.nowNs() - began) / 1e9);
            return 0;
        } catch (Exception e) {
            launcher.undo(sharedMemory, UNDO_PATIENCE);
            throw e;
        }
    }

    private Map<String, String> flags() {
        final Map<String, String> flags = new HashMap<>();
        flags.put("odonata.cluster.name", name);
        flags.put("odonata.cluster.members", members);
        flags.put("odonata.cluster.cpus", cpus);
        flags.put("odonata.http.port", httpPort);
        flags.put("odonata.member.ready-timeout", timeout == null ? null : timeout + " s");
        return flags;
    }

    /** Makes the folder; a folder without running members is what a crash left, and is removed. */
    static void claim(final ClusterFolder folder, final Path sharedMemory, final MemberSettings member) {
        if (!folder.create()) {
            final int running = folder.running().size();
            if (running > 0) {
                throw new CommandFailure(
                        CommandFailure.USAGE,
                        "cluster " + folder.name() + " already runs with " + running
                                + " members; see it with: odonata status --name " + folder.name()
                                + ", or start another with --name");
            }
            Stop.cluster(folder, sharedMemory, member.leaveTimeout());
            if (!folder.create()) {
                throw new CommandFailure(1, "somebody else is starting cluster " + folder.name() + " at this moment");
            }
        }
    }

    private void report(
            final ClusterFolder folder, final ClusterSettings cluster, final String dashboard, final double seconds) {
        final String token = Context.token(folder);
        if (json.json()) {
            final Map<String, Object> all = new LinkedHashMap<>();
            all.put("cluster", cluster.name());
            all.put("members", cluster.members());
            all.put("cpus", cluster.cpus());
            all.put("readySeconds", Math.rint(seconds * 100) / 100);
            all.put("dashboard", dashboard);
            all.put("metrics", dashboard + "/metrics");
            all.put("folder", folder.root().toString());
            all.put("adminToken", token);
            console().json(all);
            return;
        }
        console()
                .note(String.format(
                        Locale.ROOT,
                        "cluster %s: %d members of %d CPUs ready in %.1f s",
                        cluster.name(),
                        cluster.members(),
                        cluster.cpus(),
                        seconds));
        console().print("dashboard    " + dashboard);
        console().print("metrics      " + dashboard + "/metrics");
        console().print("folder       " + folder.root());
        console().print("admin token  " + token);
    }
}
