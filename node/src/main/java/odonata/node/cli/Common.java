package odonata.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Options of every command. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false)
abstract class Common implements Callable<Integer> {
    private final Context context;

    Common(final Context context) {
        this.context = context;
    }

    @Option(
            names = {"-v", "--verbose"},
            description = "Say more; stack traces of errors.")
    void setVerbose(final boolean on) {
        context.verbose(on);
    }

    final Context context() {
        return context;
    }

    final Console console() {
        return context.console();
    }
}
