package odonata.node.cli;

import picocli.CommandLine.Option;

/** Output for programs. */
final class JsonOption {
    @Option(names = "--json", description = "Print JSON on standard output; everything else goes to standard error.")
    private boolean json;

    boolean json() {
        return json;
    }
}
