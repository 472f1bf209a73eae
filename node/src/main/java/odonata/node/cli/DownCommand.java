package odonata.node.cli;

import com.typesafe.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import odonata.config.Layers;
import odonata.config.MemberSettings;
import odonata.config.Profiles;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.Stop;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends a cluster. */
@Command(
        name = "down",
        description = {
            "End a cluster: no process, port or shared-memory folder stays. Succeeds when nothing runs.",
            "",
            "Members are asked to stop and killed when they have not after odonata.member.leave-timeout.",
            ""
        })
final class DownCommand extends Common {
    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    @Option(names = "--all", description = "All clusters of this user.")
    private boolean all;

    DownCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() {
        final List<ClusterFolder> folders = all
                ? ClusterFolder.all(context().home())
                : List.of(ClusterFolder.of(context().home(), cluster.name()));
        final Map<String, Integer> stopped = new LinkedHashMap<>();
        for (final ClusterFolder folder : folders) {
            final Config config = configOf(folder).effective();
            stopped.put(
                    folder.name(),
                    Stop.cluster(
                            folder,
                            SharedFolder.of(config),
                            MemberSettings.of(config).leaveTimeout()));
        }
        if (json.json()) {
            console().json(Map.of("stopped", stopped));
        } else {
            stopped.forEach((name, count) -> console()
                    .print(
                            count == 0
                                    ? "cluster " + name + " was not running"
                                    : "cluster " + name + ": " + count + " members ended"));
        }
        return 0;
    }

    /** The configuration that the cluster was started with. */
    static Layers configOf(final ClusterFolder folder) {
        final Path file = folder.config();
        return Layers.of(Map.of(), Map.of(), Profiles.load(Files.isReadable(file) ? file.toString() : "default"));
    }
}
