package odonata.node.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What members wrote. */
@Command(
        name = "logs",
        description = {"Print the logs of the members of a cluster.", ""})
final class LogsCommand extends Common {
    private static final long POLL_MS = 250;

    @Parameters(
            arity = "0..1",
            paramLabel = "SLOT",
            description = "Only this log; slots are numbered in the order of starts.")
    private Integer slot;

    @Mixin
    private ClusterOption cluster;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "50",
            description = "Last lines of each (default: ${DEFAULT-VALUE}).")
    private int lines;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what is written, until Ctrl-C. Needs a SLOT.")
    private boolean follow;

    LogsCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        final ClusterFolder folder = ClusterFolder.of(context().home(), cluster.name());
        final List<Path> logs = logs(folder);
        if (follow && logs.size() != 1) {
            throw new CommandFailure(CommandFailure.USAGE, "--follow needs a SLOT, there are " + logs.size() + " logs");
        }
        for (final Path log : logs) {
            if (logs.size() > 1) {
                console().print("== " + log.getFileName());
            }
            final List<String> all = Files.readAllLines(log);
            all.subList(Math.max(0, all.size() - lines), all.size()).forEach(console()::print);
        }
        if (follow) {
            follow(logs.get(0));
        }
        return 0;
    }

    private List<Path> logs(final ClusterFolder folder) throws IOException {
        final Path dir = folder.log(1).getParent();
        if (!Files.isDirectory(dir)) {
            throw new CommandFailure(
                    CommandFailure.NOT_FOUND,
                    "no cluster " + folder.name() + " in " + context().home());
        }
        if (slot != null) {
            if (!Files.isReadable(folder.log(slot))) {
                throw new CommandFailure(CommandFailure.NOT_FOUND, "no log " + slot + " of cluster " + folder.name());
            }
            return List.of(folder.log(slot));
        }
        try (Stream<Path> files = Files.list(dir)) {
            return files.sorted().toList();
        }
    }

    private void follow(final Path log) throws IOException, InterruptedException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(file.length());
            while (Files.exists(log)) {
                final byte[] more =
                        new byte[(int) Math.min(1 << 16, Math.max(0, file.length() - file.getFilePointer()))];
                if (more.length == 0) {
                    Thread.sleep(POLL_MS);
                } else {
                    file.readFully(more);
                    console().out().print(new String(more, StandardCharsets.UTF_8));
                    console().out().flush();
                }
            }
        }
    }
}
