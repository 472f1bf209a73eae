package odonata.node.cli;

import java.util.Map;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.NodeClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Buckets by load. */
@Command(
        name = "rebalance",
        description = {"Move a few buckets so that the load of the last seconds evens out. Nothing is lost.", ""})
final class RebalanceCommand extends Common {
    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    RebalanceCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        final ClusterFolder folder = context().running(cluster.name());
        final NodeClient.Answer answer = context().client(folder).post("/api/v1/rebalance", null);
        if (!answer.ok()) {
            throw new CommandFailure(1, "cannot rebalance: " + answer.text());
        }
        if (json.json()) {
            console().json(Map.of("accepted", true, "text", answer.text()));
        } else {
            console().print(answer.text());
        }
        return 0;
    }
}
