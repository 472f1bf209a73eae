package odonata.node.cli;

import java.io.IOException;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.NodeClient;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.top.TopScreen;
import odonata.node.top.TopView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The live terminal view. */
@Command(
        name = "top",
        description = {
            "Show every CPU, live: member, utilisation, packets/s, queue depth, messages per IPI, running thread; and the"
                    + " imbalance index beside what placing the flows at random would give.",
            "",
            "Keys: s order, p pause, ? help, q quit. When the output is no terminal, it prints once.",
            ""
        })
final class TopCommand extends Common {
    private static final int PLAIN_WIDTH = 120;

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    @Option(names = "--once", description = "Print once as plain text and exit.")
    private boolean once;

    @Option(
            names = "--sort",
            paramLabel = "ORDER",
            defaultValue = "cpu",
            description = "cpu, utilisation, packets or queue (default: ${DEFAULT-VALUE}).")
    private TopView.Order order;

    TopCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        final ClusterFolder folder = context().running(cluster.name());
        if (json.json()) {
            console().json(picture(folder));
        } else if (once || !console().outIsTerminal()) {
            TopView.lines(picture(folder), order, PLAIN_WIDTH, Integer.MAX_VALUE)
                    .forEach(console()::print);
        } else {
            new TopScreen(() -> picture(folder), order).run();
        }
        return 0;
    }

    private ClusterSnapshot picture(final ClusterFolder folder) {
        final NodeClient client = context().client(folder);
        try {
            return client.snapshot();
        } catch (IOException e) {
            throw new CommandFailure(
                    CommandFailure.UNHEALTHY, "no answer from " + client.base() + ": " + e.getMessage(), e);
        }
    }
}
