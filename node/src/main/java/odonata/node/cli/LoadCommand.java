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
            "Drive UDP requests or TCP clients against a running cluster from a JVM of its own, and report what came of them.",
            "",
            "Open loop: requests are sent when they are due, whatever became of the earlier ones; latency counts from when a"
                    + " request was due. TCP clients have a closed loop unless --rate is given. They run this project's own stack"
                    + " and look at what comes back; with --connect they use the sockets of this host. Thresholds decide the exit"
                    + " code: 20 when one was missed; 1 when nothing at all was answered.",
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
        final Optional<Job.Clients> elsewhere = load.clients().filter(clients -> clients.connect() != null);
        return elsewhere.isPresent()
                ? new HostLoad(context(), json()).run(elsewhere.get(), load.thresholds(), parent())
                : super.call();
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
                load.clients().isPresent() ? null : load.job(config.getString("net.hash")),
                load.clients().orElse(null),
                null,
                output.orElse(null));
    }

    @Override
    Thresholds thresholds() {
        return load.thresholds();
    }
}
