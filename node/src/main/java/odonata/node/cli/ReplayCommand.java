package odonata.node.cli;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import odonata.config.ConfigException;
import odonata.config.MemberSettings;
import odonata.loadgen.Capture;
import odonata.loadgen.Job;
import odonata.node.launch.CommandFailure;
import odonata.protocol.pcap.PcapException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A capture against a running cluster. */
@Command(
        name = "replay",
        description = {
            "Send every IPv4 packet of a capture file (pcap or pcapng; Ethernet, raw IP or Linux cooked) to a running cluster"
                    + " and check that the CPUs together count each exactly once. Exit code 1 when they do not.",
            ""
        })
final class ReplayCommand extends RunCommand {
    @Parameters(paramLabel = "FILE", description = "The capture.")
    private Path file;

    @Option(names = "--rate", paramLabel = "N", description = "Packets per second (default: as recorded).")
    private Double rate;

    @Option(names = "--flat-out", description = "As fast as the cluster takes them.")
    private boolean flatOut;

    @Option(
            names = "--rewrite",
            description = "Replace the busiest address of the file by the cluster's, so that the cluster answers.")
    private boolean rewrite;

    ReplayCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        if (rate != null && flatOut) {
            throw new ConfigException("--rate and --flat-out contradict each other; give one of them");
        }
        survey(file);
        return super.call();
    }

    /** Reads the whole file, so that a damaged or empty one is refused before anything starts. */
    static Capture survey(final Path file) {
        try {
            return Capture.survey(file);
        } catch (PcapException | IllegalArgumentException e) {
            throw new CommandFailure(CommandFailure.USAGE, e.getMessage(), e);
        }
    }

    @Override
    String kind() {
        return "replay";
    }

    @Override
    Optional<Path> capture() {
        return Optional.of(file);
    }

    @Override
    Job job(final List<String> members, final Config config, final String secret, final Optional<String> output) {
        final String pace = flatOut ? "flat-out" : rate == null ? "recorded" : "rate";
        return new Job(
                members,
                MemberSettings.of(config).bind(),
                secret,
                address(config),
                null,
                null,
                new Job.Replay(file.toAbsolutePath().toString(), pace, rate == null ? 1 : rate, rewrite),
                output.orElse(null));
    }
}
