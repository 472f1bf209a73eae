package odonata.node.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Completion for shells. */
@Command(
        name = "completion",
        description = {
            "Print a completion script for bash and zsh.",
            "",
            "Use it in this shell:  source <(odonata completion)",
            ""
        })
final class CompletionCommand extends Common {
    @Spec
    private CommandSpec spec;

    CompletionCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() {
        console().print(AutoComplete.bash("odonata", spec.root().commandLine()));
        return 0;
    }
}
