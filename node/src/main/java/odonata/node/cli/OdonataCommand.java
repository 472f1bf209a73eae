package odonata.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root command: only a list of the others. */
@Command(
        name = "odonata",
        description = {
            "A clustered DragonFlyBSD as it was planned in 2003, emulated on Akka actors across several JVMs, carrying"
                    + " real packets.",
            ""
        },
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nWords:%n",
        footer = {
            "  member      one JVM of the cluster with the CPUs that it hosts",
            "  CPU         an emulated CPU: one actor system, one thread of the host, one run loop",
            "  LWKT        light-weight kernel thread: one actor on one CPU",
            "  IPI         what one CPU sends to wake another; one IPI can announce many messages",
            "  crossbar    the rings between all pairs of CPUs",
            "  netisr      protocol thread of a CPU: serves the packets of the flows that it owns",
            "  bucket      slot of the map from a flow's hash to the CPU that owns it; 256 of them",
            "  imbalance   load of the busiest CPU over the mean; 1 is perfect",
            "",
            "Exit codes: 0 fine, 1 failed, 2 wrong use, 3 no such cluster or member, 4 timed out, 10 unhealthy,",
            "  20 a load's threshold was missed, 130 interrupted.",
            "Clusters keep their folders in $ODONATA_HOME, by default ~/.odonata."
        },
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            TopCommand.class,
            LoadCommand.class,
            ReplayCommand.class,
            AddCommand.class,
            DrainCommand.class,
            KillCommand.class,
            RebalanceCommand.class,
            BucketsCommand.class,
            PsCommand.class,
            RouteCommand.class,
            NetstatCommand.class,
            LogsCommand.class,
            CaptureCommand.class,
            TraceCommand.class,
            DoctorCommand.class,
            CalibrateCommand.class,
            TestPortCommand.class,
            ConfigCommand.class,
            MemberCommand.class,
            WarmUpCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        })
final class OdonataCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed; try: odonata demo");
    }
}
