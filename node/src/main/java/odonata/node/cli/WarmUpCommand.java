package odonata.node.cli;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import odonata.config.Layers;
import odonata.config.Profiles;
import odonata.node.http.Health;
import odonata.node.http.Token;
import odonata.node.launch.NodeClient;
import odonata.node.launch.Waiting;
import odonata.node.member.MemberNode;
import odonata.node.member.MemberOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Loads the classes that a start needs and ends; the build keeps them in an archive from which later starts are fast. */
@Command(name = "warm-up", hidden = true, description = "Load the classes that a start needs, then end.")
final class WarmUpCommand extends Common {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Option(names = "--member", description = "Those of a member instead of those of the command line.")
    private boolean member;

    WarmUpCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        if (member) {
            member();
        } else {
            new CommandLine(new OdonataCommand(), new CommandLine.IFactory() {
                        @Override
                        public <K> K create(final Class<K> type) throws Exception {
                            try {
                                return type.getDeclaredConstructor(Context.class)
                                        .newInstance(context());
                            } catch (NoSuchMethodException e) {
                                return CommandLine.defaultFactory().create(type);
                            }
                        }
                    })
                    .getUsageMessage();
        }
        return 0;
    }

    /** A cluster of one: everything but the uplink's links is used. */
    private void member() throws Exception {
        final Config config = Layers.of(
                        Map.of("odonata.cluster.name", "warm-up", "odonata.snapshot.interval", "200 ms"),
                        Map.of(),
                        Profiles.load("small"))
                .effective();
        final MemberNode node = new MemberNode(new MemberOptions(
                config, List.of(), Optional.empty(), Token.random(), Optional.empty(), 0, Optional.empty()));
        try {
            node.start();
            final NodeClient client = new NodeClient(node.address(), "");
            try {
                final WallClock clock = new WallClock();
                Waiting.until(clock, clock.nowNs(), PATIENCE, "the member is not whole", why -> {
                    final Health health = client.health();
                    why.accept(String.join(", ", health.reasons()));
                    return Optional.of(health).filter(Health::healthy);
                });
            } finally { // a member that is late uses these too
                client.snapshot();
                client.get("/metrics");
                client.get("/");
            }
        } finally {
            node.close();
        }
    }
}
