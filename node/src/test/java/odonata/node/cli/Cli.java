package odonata.node.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs commands in this JVM and keeps what they print. */
final class Cli {
    private final Map<String, String> environment = new HashMap<>();

    Cli(final Path home) {
        environment.put("ODONATA_HOME", home.toString());
        environment.put("PATH", System.getenv().getOrDefault("PATH", ""));
    }

    Cli with(final String variable, final String value) {
        environment.put(variable, value);
        return this;
    }

    /** Exit code and output of one command. */
    record Outcome(int exit, String out, String err) {
        /** Lines on standard error. */
        long errorLines() {
            return err.lines().count();
        }
    }

    Outcome run(final String... args) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment);
        final int exit = CommandLines.create(console, environment).execute(args);
        return new Outcome(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
