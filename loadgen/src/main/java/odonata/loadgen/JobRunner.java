package odonata.loadgen;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import odonata.actors.socket.SockAddr;
import odonata.loadgen.client.ClientSettings;
import odonata.loadgen.client.HostStation;
import odonata.loadgen.client.StackStation;
import odonata.loadgen.client.Station;
import odonata.loadgen.openloop.Recorder;
import odonata.protocol.clock.Clock;
import odonata.protocol.clock.Seed;
import odonata.protocol.ip.Ipv4Prefix;

/**
 * Does a {@link Job}: load and replay at the same time, each on its own thread and its own connection, because they are
 * counted apart by the cluster.
 *
 * <p>Thread: {@link #run} returns when both are through, or soon after {@code stop} says so.
 */
final class JobRunner {
    private static final long NAP_NS = 50_000;
    private static final long LONG_NAP_NS = 20_000_000;

    /** Opens a connection under which the cluster counts what comes, named {@code purpose}. */
    @FunctionalInterface
    interface Connector {
        /** A connection on which at least one member takes packets. */
        Connection connect(String purpose, String clients) throws IOException;
    }

    /** A connection to the cluster; closing it waits until the members have everything that was sent. */
    interface Connection extends PacketLink, AutoCloseable {
        /** Number under which the members know it; also the number of its interface there. */
        int id();

        @Override
        void close();
    }

    private final Job job;
    private final Connector connector;
    private final Clock clock;
    private final Consumer<Report> reports;
    private final BooleanSupplier stop;

    JobRunner(
            final Job job,
            final Connector connector,
            final Clock clock,
            final Consumer<Report> reports,
            final BooleanSupplier stop) {
        this.job = job;
        this.connector = connector;
        this.clock = clock;
        this.reports = reports;
        this.stop = stop;
    }

    /** Checks everything, then runs; the last report says what came out. */
    Report run() throws IOException, InterruptedException {
        final Optional<LoadSettings> load = job.loadSettings();
        final Optional<ClientSettings> clients = job.clientSettings();
        final Optional<ReplaySettings> replay = job.replaySettings();
        final Optional<Capture> capture = replay.map(settings -> Capture.survey(settings.file()));
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final List<Thread> threads = new ArrayList<>();
        final LoadPart loadPart = new LoadPart(load);
        final ClientsPart clientsPart = new ClientsPart();
        final ReplayPart replayPart = new ReplayPart(replay, capture);
        load.ifPresent(settings -> threads.add(new Thread(guarded(loadPart::run, failure), "load")));
        clients.ifPresent(
                settings -> threads.add(new Thread(guarded(() -> clientsPart.run(settings), failure), "load")));
        replay.ifPresent(settings -> threads.add(new Thread(guarded(replayPart::run, failure), "replay")));
        threads.forEach(Thread::start);
        for (final Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new IOException(failure.get().getMessage(), failure.get());
        }
        return clients.isPresent()
                ? Report.result(clientsPart.result, replayPart.result, clientsPart.files)
                : Report.result(loadPart.result, replayPart.result, loadPart.files);
    }

    @FunctionalInterface
    private interface Part {
        void run() throws IOException;
    }

    private static Runnable guarded(final Part part, final AtomicReference<Throwable> failure) {
        return () -> {
            try {
                part.run();
            } catch (final IOException | RuntimeException e) {
                failure.compareAndSet(null, e);
            }
        };
    }

    private List<String> write(final Recorder recorder) throws IOException {
        return job.output() == null
                ? List.of()
                : ReportFiles.write(Path.of(job.output()), recorder).stream()
                        .map(Path::toString)
                        .toList();
    }

    private boolean stopped() {
        return stop.getAsBoolean();
    }

    private final class LoadPart {
        private final Optional<LoadSettings> settings;
        private LoadSummary result;
        private List<String> files = List.of();

        LoadPart(final Optional<LoadSettings> settings) {
            this.settings = settings;
        }

        void run() throws IOException {
            final LoadRun run;
            try (Connection link = connector.connect("load", job.load().clients())) {
                reports.accept(Report.ready("load", link.id(), link.members()));
                run = new LoadRun(
                        settings.orElseThrow(),
                        link,
                        clock,
                        System::currentTimeMillis,
                        () -> LockSupport.parkNanos(NAP_NS));
                result = run.run(JobRunner.this::stopped, summary -> reports.accept(Report.progress(summary)));
            }
            files = write(run.recorder());
        }
    }

    private final class ClientsPart {
        private LoadSummary result;
        private List<String> files = List.of();

        void run(final ClientSettings settings) throws IOException {
            final Job.Clients clients = job.clients();
            if (clients.connect() != null) {
                try (Station station = new HostStation(clients.server(), clients.cpus(), clock)) {
                    reports.accept(Report.ready("load", 0, 0));
                    run(settings, station);
                }
                return;
            }
            try (Connection link = connector.connect("load", clients.addresses());
                    Station station = overWire(clients, link)) {
                reports.accept(Report.ready("load", link.id(), link.members()));
                run(settings, station);
            }
        }

        /** Another run has other ports: what this one leaves in TIME-WAIT is not in its way. */
        private Station overWire(final Job.Clients clients, final Connection link) {
            final Ipv4Prefix addresses = Ipv4Prefix.parse(clients.addresses());
            return StackStation.start(
                    ConfigFactory.load(),
                    clients.cpus(),
                    addresses,
                    SockAddr.of(job.cluster(), clients.port()),
                    Seed.of(clients.seed()).split(link.id()),
                    cpu -> new ClientNic(cpu, link, Ipv4Prefix.ALL));
        }

        private void run(final ClientSettings settings, final Station station) throws IOException {
            final ClientRun run = new ClientRun(
                    settings, station, clock, System::currentTimeMillis, () -> LockSupport.parkNanos(LONG_NAP_NS));
            result = run.run(JobRunner.this::stopped, summary -> reports.accept(Report.progress(summary)));
            files = write(run.recorder());
        }
    }

    private final class ReplayPart {
        private final Optional<ReplaySettings> settings;
        private final Optional<Capture> capture;
        private ReplaySummary result;

        ReplayPart(final Optional<ReplaySettings> settings, final Optional<Capture> capture) {
            this.settings = settings;
            this.capture = capture;
        }

        void run() throws IOException {
            try (Connection link = connector.connect("replay", "0.0.0.0/32")) {
                reports.accept(Report.ready("replay", link.id(), link.members()));
                result = new ReplayRun(
                                settings.orElseThrow(),
                                capture.orElseThrow(),
                                link,
                                clock,
                                () -> LockSupport.parkNanos(NAP_NS))
                        .run(JobRunner.this::stopped, summary -> reports.accept(Report.progress(summary)));
            }
        }
    }
}
