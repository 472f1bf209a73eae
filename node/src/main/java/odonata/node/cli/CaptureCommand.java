package odonata.node.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import odonata.config.Nearest;
import odonata.node.capture.CaptureRequest;
import odonata.node.http.DevicesView;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.snapshot.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Packets at devices, as a capture file. */
@Command(
        name = "capture",
        description = {
            "Record packets where a device of a member gives them up or is given them, both directions, for tcpdump, tshark and Wireshark.",
            "",
            "Without --member packets of all members are merged by time. A packet that leaves as one and is cut into segments by"
                    + " its device is seen whole. With --port, ICMP errors about such packets and later fragments are kept too."
                    + " Members that join later are left out. Goes on until --seconds, --count or Ctrl-C; the file is whole in any case.",
            "",
            "  odonata capture --list",
            "  odonata capture --member 1 --device tun0 --host 10.77.77.2 --port 80 --seconds 10 out.pcap",
            "  odonata capture --port 80 - | tshark -r -",
            ""
        })
final class CaptureCommand extends Common {
    private static final String STDOUT = "-";

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "Where to write; is replaced when it is there. - is standard output.")
    private String file = "";

    @Mixin
    private ClusterOption cluster;

    @Mixin
    private JsonOption json;

    @Option(names = "--list", description = "Show the devices there are, instead of a capture.")
    private boolean list;

    @Option(names = "--member", paramLabel = "N", description = "Only this member (default: all).")
    private Integer member;

    @Option(names = "--device", paramLabel = "NAME", description = "Only this device, such as tun0 (default: all).")
    private String device;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Only packets from or to this address.")
    private String host;

    @Option(names = "--port", paramLabel = "N", description = "Only packets from or to this TCP or UDP port.")
    private Integer port;

    @Option(names = "--proto", paramLabel = "NAME", description = "Only packets of tcp, udp, icmp or a number.")
    private String proto;

    @Option(names = "--seconds", paramLabel = "N", description = "How long, 1..86400 (default: until Ctrl-C).")
    private Integer seconds;

    @Option(names = "--count", paramLabel = "N", description = "End after so many packets.")
    private Long count;

    @Option(names = "--snaplen", paramLabel = "N", description = "Bytes kept of each packet (default: all).")
    private Integer snaplen;

    CaptureCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        final CaptureRequest request = request();
        final ClusterFolder folder = context().running(cluster.name());
        final List<EachMember> members =
                member == null ? EachMember.of(context(), folder) : List.of(EachMember.of(context(), folder, member));
        final Map<EachMember, DevicesView> devices = new LinkedHashMap<>();
        for (final EachMember each : members) {
            devices.put(each, each.read("devices", DevicesView.class));
        }
        if (list) {
            show(List.copyOf(devices.values()));
            return 0;
        }
        capture(request, having(devices));
        return 0;
    }

    private CaptureRequest request() {
        if (list == !file.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.USAGE,
                    list
                            ? "--list writes no file; leave out " + file
                            : "where to? give a FILE, - for standard output, or --list");
        }
        if (seconds != null && (seconds < 1 || seconds > TimeUnit.DAYS.toSeconds(1))) {
            throw new CommandFailure(CommandFailure.USAGE, "--seconds " + seconds + ": allowed are 1..86400");
        }
        if (count != null && count < 1) {
            throw new CommandFailure(CommandFailure.USAGE, "--count " + count + ": must be at least 1");
        }
        if (!file.isEmpty() && !file.equals(STDOUT)) {
            OutFile.check(Path.of(file));
        }
        try {
            return new CaptureRequest(device, host, port, proto, snaplen);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(CommandFailure.USAGE, e.getMessage(), e);
        }
    }

    /** The members that have the device. */
    private List<EachMember> having(final Map<EachMember, DevicesView> devices) {
        final List<EachMember> having = new ArrayList<>();
        final TreeSet<String> names = new TreeSet<>();
        devices.forEach((each, view) -> {
            view.devices().forEach(d -> names.add(d.name()));
            if (device == null || view.devices().stream().anyMatch(d -> d.name().equals(device))) {
                having.add(each);
            }
        });
        if (having.isEmpty()) {
            throw new CommandFailure(
                    CommandFailure.NOT_FOUND,
                    (member == null ? "no member" : "member " + member) + " has a device " + device + "; there are: "
                            + String.join(", ", names) + Nearest.hint(device == null ? "" : device, names));
        }
        return having;
    }

    private void capture(final CaptureRequest request, final List<EachMember> members) throws Exception {
        final CaptureSession session = new CaptureSession(members, request);
        final CountDownLatch over = new CountDownLatch(1);
        Interrupts.handle(() -> endInOrder(session, over), () -> {});
        try (OutputStream out =
                file.equals(STDOUT) ? new Stdout(console().out()) : Files.newOutputStream(Path.of(file))) {
            session.run(
                    out,
                    file,
                    new CaptureSession.Limits(
                            count == null ? Long.MAX_VALUE : count,
                            seconds == null ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(seconds)),
                    (packets, bytes) -> console()
                            .progress(String.format(
                                    Locale.ROOT, "captured %,d packets, %,d bytes; Ctrl-C ends", packets, bytes)));
        } finally {
            console().progress("");
        }
        report(session);
        over.countDown();
    }

    /** Ctrl-C is the usual end: then all is well. */
    private static void endInOrder(final CaptureSession session, final CountDownLatch over) {
        session.stop();
        try {
            if (over.await(1, TimeUnit.MINUTES)) {
                Runtime.getRuntime().halt(0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report(final CaptureSession session) {
        final CaptureSession.Totals totals = session.totals();
        session.gone().forEach(console()::note);
        if (json.json()) {
            final String text = Json.pretty(totals);
            if (file.equals(STDOUT)) {
                console().note(text);
            } else {
                console().print(text);
            }
            return;
        }
        console()
                .note(String.format(
                        Locale.ROOT,
                        "%s: %,d packets, %,d bytes, of %d member%s",
                        file.equals(STDOUT) ? "standard output" : file,
                        totals.packets(),
                        totals.bytes(),
                        totals.members(),
                        totals.members() == 1 ? "" : "s"));
        if (totals.dropped() > 0) {
            console()
                    .note(String.format(
                            Locale.ROOT,
                            "%,d more were lost because they came faster than they were read; a filter or --snaplen 128 makes it less",
                            totals.dropped()));
        }
    }

    private void show(final List<DevicesView> views) {
        if (json.json()) {
            console().json(views);
        } else {
            table(views).lines().forEach(console()::print);
        }
    }

    static Table table(final List<DevicesView> views) {
        final Table table = new Table(
                "DEVICE", ">MEMBER", ">CPU", "BEHIND", ">MTU", ">IPKTS", ">IBYTES", ">IDROP", ">OPKTS", ">OBYTES",
                ">ODROP");
        for (final DevicesView view : views) {
            for (final DevicesView.Device d : view.devices()) {
                table.row(
                        d.name(),
                        view.member(),
                        d.cpu() < 0 ? "each" : d.cpu(),
                        d.prefix(),
                        d.mtu(),
                        d.ipackets(),
                        d.ibytes(),
                        d.idrops(),
                        d.opackets(),
                        d.obytes(),
                        d.odrops());
            }
        }
        return table;
    }

    /** Standard output as a stream that says when nobody reads any more; it is not closed. */
    private static final class Stdout extends OutputStream {
        private final PrintStream out;

        private Stdout(final PrintStream out) {
            this.out = out;
        }

        @Override
        public void write(final int b) {
            out.write(b);
        }

        @Override
        public void write(final byte[] bytes, final int start, final int length) throws IOException {
            out.write(bytes, start, length);
            flush();
        }

        @Override
        public void flush() throws IOException {
            if (out.checkError()) {
                throw new IOException("nobody reads standard output any more");
            }
        }

        @Override
        public void close() {
            out.flush();
        }
    }
}
