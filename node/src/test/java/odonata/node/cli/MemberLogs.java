package odonata.node.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import odonata.node.launch.ClusterFolder;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Prints the ends of the members' logs when a test has failed: the folder they stand in goes with the cluster. */
record MemberLogs(Supplier<Path> home) implements AfterTestExecutionCallback {
    private static final int LINES = 40;

    @Override
    public void afterTestExecution(final ExtensionContext context) {
        if (context.getExecutionException().isEmpty()) {
            return;
        }
        for (final ClusterFolder folder : ClusterFolder.all(home.get())) {
            try (Stream<Path> logs = Files.list(folder.root().resolve("logs"))) {
                logs.sorted().forEach(log -> print(context.getDisplayName(), log));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void print(final String test, final Path log) {
        try {
            final List<String> lines = Files.readAllLines(log);
            System.out.printf("after %s failed, the end of %s:%n", test, log.getFileName());
            lines.subList(Math.max(0, lines.size() - LINES), lines.size()).forEach(System.out::println);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
