package odonata.node.launch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts JVMs that do not share the terminal: Ctrl-C reaches the command only, which then ends them in order.
 *
 * <p>An attached process reads a pipe from its parent and exits when that closes, however the parent ended. A detached
 * one has none and stays.
 */
public final class Spawn {
    private static final List<Path> SETSID = List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));

    private Spawn() {}

    /** Starts a process; what it prints is appended to {@code log}. */
    public static Process start(final List<String> command, final Path log, final boolean attached) {
        final ProcessBuilder builder = builder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(
                        attached ? ProcessBuilder.Redirect.PIPE : ProcessBuilder.Redirect.from(new File("/dev/null")));
        return start(builder);
    }

    /** Starts an attached process whose standard output is read by the caller; its errors are appended to {@code log}. */
    public static Process talking(final List<String> command, final Path log) {
        return start(builder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())));
    }

    private static ProcessBuilder builder(final List<String> command) {
        final List<String> full = new ArrayList<>();
        SETSID.stream().filter(Files::isExecutable).findFirst().ifPresent(path -> full.add(path.toString()));
        full.addAll(command);
        final ProcessBuilder builder = new ProcessBuilder(full);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("ODONATA_") && !name.equals("ODONATA_JAVA_OPTS"));
        return builder;
    }

    private static Process start(final ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new CommandFailure(1, "cannot start a JVM: " + e.getMessage(), e);
        }
    }

    /** The last line of a log in which the program says why it gave up. */
    public static Optional<String> lastError(final Path log) {
        try {
            return Files.readString(log)
                    .lines()
                    .filter(line -> line.startsWith("odonata: "))
                    .reduce((first, second) -> second)
                    .map(line -> line.substring("odonata: ".length()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The last lines of a log, at most {@code most}; none when there is no log. */
    public static List<String> lastLines(final Path log, final int most) {
        try {
            final List<String> lines = Files.readString(log).lines().toList();
            return lines.subList(Math.max(0, lines.size() - most), lines.size());
        } catch (IOException e) {
            return List.of();
        }
    }
}
