package odonata.node.cli;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Optional;
import odonata.config.MemberSettings;
import odonata.loadgen.Job;
import odonata.loadgen.Thresholds;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Load on a running cluster. */
@Command(
        name = "load",
        description = {
            "Drive UDP requests against a running cluster from a JVM of its own, and report what came of them.",
            "",
            "Open loop: requests are sent when they are due, whatever became of the earlier ones; latency counts from when a"
                    + " request was due. Thresholds decide the exit code: 20 when one was missed.",
            ""
        })
final class LoadCommand extends RunCommand {
    @Mixin
    private LoadOptions load;

    LoadCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        load.check();
        return super.call();
    }

    @Override
    String kind() {
        return "load";
    }

    @Override
    Job job(final List<String> members, final Config config, final String secret, final Optional<String> output) {
        return new Job(
                members,
                MemberSettings.of(config).bind(),
                secret,
                address(config),
                load.job(config.getString("net.hash")),
                null,
                output.orElse(null));
    }

    @Override
    Thresholds thresholds() {
        return load.thresholds();
    }
}
