package odonata.node.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import odonata.config.ConfigException;
import odonata.config.Nearest;
import odonata.node.launch.CommandFailure;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the commands together; turns every failure into one line and an exit code. */
final class CommandLines {
    private CommandLines() {}

    static CommandLine create(final Console console, final Map<String, String> environment) {
        final Context context = new Context(console, environment);
        final CommandLine line = new CommandLine(new OdonataCommand(), new Factory(context))
                .setExecutionStrategy(new CommandLine.RunLast())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, args) -> usage(console, e))
                .setExecutionExceptionHandler((e, command, result) -> failed(console, context, e))
                .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(console.colour() ? Ansi.ON : Ansi.OFF));
        return line;
    }

    /** Commands get console and environment by their constructor, others are made as picocli does. */
    private record Factory(Context context) implements CommandLine.IFactory {
        @Override
        public <K> K create(final Class<K> type) throws Exception {
            try {
                final var constructor = type.getDeclaredConstructor(Context.class);
                return constructor.newInstance(context);
            } catch (NoSuchMethodException e) {
                return CommandLine.defaultFactory().create(type);
            }
        }
    }

    private static int usage(final Console console, final ParameterException e) {
        final CommandLine command = e.getCommandLine();
        final String name = command.getCommandSpec().qualifiedName();
        console.note("odonata: " + message(e) + " (help: " + name + " --help)");
        return CommandFailure.USAGE;
    }

    private static String message(final ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            final String word = unmatched.getUnmatched().get(0);
            final String plain = word.startsWith("-") ? word.replaceFirst("=.*", "") : word;
            return (word.startsWith("-") ? "unknown option " : "unknown command or argument ")
                    + plain
                    + Nearest.hint(plain, candidates(e.getCommandLine(), word.startsWith("-")));
        }
        return oneLine(e.getMessage());
    }

    private static Collection<String> candidates(final CommandLine command, final boolean options) {
        final List<String> names = new ArrayList<>();
        if (options) {
            command.getCommandSpec().options().stream()
                    .filter(option -> !option.hidden())
                    .forEach(option -> names.addAll(List.of(option.names())));
        } else {
            command.getSubcommands().forEach((name, sub) -> {
                if (!sub.getCommandSpec().usageMessage().hidden()) {
                    names.add(name);
                }
            });
        }
        return names;
    }

    private static int failed(final Console console, final Context context, final Exception e) {
        if (context.verbose()) {
            e.printStackTrace(console.err());
        }
        if (e instanceof CommandFailure failure) {
            console.note("odonata: " + oneLine(failure.getMessage()));
            failure.details().forEach(console::note);
            return failure.exitCode();
        }
        if (e instanceof ConfigException || e instanceof com.typesafe.config.ConfigException) {
            console.note("odonata: " + oneLine(e.getMessage()));
            return CommandFailure.USAGE;
        }
        if (e instanceof InterruptedException) {
            return CommandFailure.INTERRUPTED;
        }
        console.note("odonata: " + e.getClass().getSimpleName() + ": " + oneLine(String.valueOf(e.getMessage()))
                + (context.verbose() ? "" : " (more: -v)"));
        return 1;
    }

    private static String oneLine(final String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
