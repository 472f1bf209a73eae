package odonata.node.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;
import odonata.node.launch.CommandFailure;
import odonata.node.testport.TestPort;
import odonata.protocol.pcap.LinkType;
import odonata.protocol.pcap.PcapException;
import odonata.protocol.pcap.PcapWriter;
import odonata.protocol.wire.Mbuf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One emulated host in virtual time, driven from outside. */
@Command(
        name = "testport",
        description = {
            "Serve one emulated host on a Unix socket, in the foreground, until Ctrl-C. Who connects makes its socket calls, puts packets on"
                    + " its wire, takes packets off, sets its parameters, and owns its clock: time is virtual, and exact.",
            "",
            "The protocol of the socket: docs/testport.md.",
            ""
        })
final class TestPortCommand extends Common {
    private static final int MOST_CPUS = 64;
    private static final int LONGEST_PATH = 107;

    @Option(
            names = "--socket",
            required = true,
            paramLabel = "PATH",
            description = "Where the socket is made; there must be no file. It is removed at the end.")
    private Path socket;

    @Option(names = "--cpus", defaultValue = "1", description = "CPUs of the host, 1..64 (default: ${DEFAULT-VALUE}).")
    private int cpus;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Write all packets, with their time, to this pcap file.")
    private Path trace;

    TestPortCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        check();
        try (Packets packets = new Packets(Optional.ofNullable(trace));
                TestPort port = open(packets)) {
            Interrupts.handleMember(() -> close(port));
            console().note("test port at " + socket + ", " + cpus + (cpus == 1 ? " CPU" : " CPUs"));
            port.serve();
        }
        return 0;
    }

    private void check() {
        if (cpus < 1 || cpus > MOST_CPUS) {
            throw new CommandFailure(CommandFailure.USAGE, "--cpus " + cpus + ": allowed are 1.." + MOST_CPUS);
        }
        if (socket.toString().length() > LONGEST_PATH) {
            throw new CommandFailure(
                    CommandFailure.USAGE,
                    "--socket " + socket + " is longer than " + LONGEST_PATH
                            + " characters, the most that a Unix socket may have");
        }
        if (Files.exists(socket)) {
            throw new CommandFailure(
                    CommandFailure.USAGE,
                    "--socket " + socket + " is there already; remove it if nobody serves it, or choose another");
        }
    }

    private TestPort open(final Packets packets) {
        try {
            return TestPort.open(socket, cpus, packets);
        } catch (final IOException e) {
            throw new CommandFailure(1, "cannot listen at " + socket + ": " + e.getMessage(), e);
        }
    }

    private static void close(final TestPort port) {
        try {
            port.close();
        } catch (final IOException e) {
            throw new CommandFailure(1, "cannot remove the socket: " + e.getMessage(), e);
        }
    }

    /** The packets, in a file if one is wanted. */
    private static final class Packets implements BiConsumer<Long, Mbuf>, AutoCloseable {
        private final Optional<PcapWriter> writer;

        private Packets(final Optional<Path> file) {
            writer = file.map(Packets::create);
        }

        private static PcapWriter create(final Path file) {
            try {
                return PcapWriter.create(file, LinkType.RAW, PcapWriter.Resolution.MICROS);
            } catch (final PcapException e) {
                throw new CommandFailure(
                        CommandFailure.USAGE,
                        "cannot write --trace " + file + "; choose a file in a folder that is there",
                        e);
            }
        }

        @Override
        public void accept(final Long timeNs, final Mbuf mbuf) {
            writer.ifPresent(to -> to.write(timeNs, mbuf));
        }

        @Override
        public void close() {
            writer.ifPresent(PcapWriter::close);
        }
    }
}
