package odonata.node.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import odonata.config.Nearest;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.Home;
import odonata.node.launch.MemberRecord;
import odonata.node.launch.NodeClient;

/** What every command is given: console, environment, and the way to running clusters. */
final class Context {
    private final Console console;
    private final Map<String, String> environment;
    private boolean verbose;

    Context(final Console console, final Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    Console console() {
        return console;
    }

    Map<String, String> environment() {
        return environment;
    }

    boolean verbose() {
        return verbose;
    }

    void verbose(final boolean on) {
        verbose = on;
    }

    Path home() {
        return Home.find(environment);
    }

    /** The folder of a cluster that has a running member; else ends the command with exit code 3. */
    ClusterFolder running(final String name) {
        final ClusterFolder folder = ClusterFolder.of(home(), name);
        if (folder.running().isEmpty()) {
            final List<String> others = ClusterFolder.all(home()).stream()
                    .filter(other -> !other.running().isEmpty())
                    .map(ClusterFolder::name)
                    .toList();
            throw new CommandFailure(
                    CommandFailure.NOT_FOUND,
                    "no cluster " + name + " is running"
                            + (others.isEmpty()
                                    ? "; start one with: odonata up"
                                    : "; running: " + String.join(", ", others) + Nearest.hint(name, others)));
        }
        return folder;
    }

    /** A client of the first member of a running cluster that answers. */
    NodeClient client(final ClusterFolder folder) {
        final String token = token(folder);
        for (final MemberRecord member : folder.running()) {
            if (!member.http().isEmpty()) {
                final NodeClient client = new NodeClient(member.http(), token);
                try {
                    client.health();
                    return client;
                } catch (IOException e) {
                    if (verbose) {
                        console.note("member " + member.slot() + " does not answer: " + e.getMessage());
                    }
                }
            }
        }
        throw new CommandFailure(
                CommandFailure.UNHEALTHY,
                "no member of " + folder.name() + " answers; see: odonata logs --name " + folder.name());
    }

    static String token(final ClusterFolder folder) {
        try {
            return Files.isReadable(folder.token())
                    ? Files.readString(folder.token()).strip()
                    : "";
        } catch (IOException e) {
            throw new CommandFailure(1, "cannot read the admin token " + folder.token() + ": " + e.getMessage(), e);
        }
    }
}
