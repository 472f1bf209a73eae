package odonata.node.cli;

import java.util.List;

/** Entry point of every JVM of this program except the load generator's. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its exit code. */
    public static void main(final String[] args) {
        if (List.of(args).equals(List.of("--version"))) {
            System.out.println(Version.line());
            return;
        }
        System.exit(CommandLines.create(new Console(System.out, System.err, System.getenv()), System.getenv())
                .execute(args));
    }
}
