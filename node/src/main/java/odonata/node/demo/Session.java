package odonata.node.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import odonata.loadgen.Job;
import odonata.loadgen.LoadSummary;
import odonata.loadgen.ReplaySummary;
import odonata.loadgen.Report;
import odonata.node.launch.CommandFailure;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.MemberState;
import odonata.node.snapshot.MemberView;
import odonata.protocol.clock.Clock;

/**
 * One run of a load generator against a cluster, watched: its reports go to the cluster, the cluster's pictures are kept.
 *
 * <p>Thread: {@link #run} on the caller's; {@link #stop} on any.
 */
public final class Session {
    private static final long PERIOD_NS = 1_000_000_000;
    /** At the longest; only a machine that stands still most of the time comes near it. */
    private static final Duration SETTLE = Duration.ofMinutes(2);

    private static final long POLL_MS = 500;
    private static final long QUIET_MS = 1_000;
    private static final long LOST_MS = 4_000;
    private static final Duration LAST_REPORT = Duration.ofSeconds(20);
    private static final int MAX_HISTORY = 3600;
    private static final int MAX_MISSED = 5;

    private final LoadProcess process;
    private final AnyMember cluster;
    private final Clock clock;
    private final Consumer<ClusterSnapshot> onPicture;
    private final List<ClusterSnapshot> history = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private List<Integer> replayInterfaces = List.of();
    private ReplaySummary replay;
    private LoadSummary load;
    private int missed;

    /**
     * A session that has not begun.
     *
     * @param process load generator, waiting for its job
     * @param cluster where its reports go
     * @param clock for pacing
     * @param onPicture is given each picture
     */
    public Session(
            final LoadProcess process,
            final AnyMember cluster,
            final Clock clock,
            final Consumer<ClusterSnapshot> onPicture) {
        this.process = process;
        this.cluster = cluster;
        this.clock = clock;
        this.onPicture = onPicture;
    }

    /** Ends the run early; what came of it so far is reported. */
    public void stop() {
        stopped.set(true);
        process.stop();
    }

    /** Runs to the end. */
    public RunResult run(final Job job) throws InterruptedException, IOException {
        final ClusterSnapshot before = cluster.snapshot();
        final long began = clock.nowNs();
        say("load", "begins: " + words(job));
        process.begin(job);
        final Report result = follow();
        final double seconds = (clock.nowNs() - began) / 1e9;
        load = result.load() == null ? load : result.load();
        replay = result.replay() == null ? replay : result.replay();
        tell();
        say("load", "ends");
        final Optional<ClusterSnapshot> after = settle();
        return new RunResult(
                before,
                history,
                after.orElse(history.isEmpty() ? before : history.get(history.size() - 1)),
                Optional.ofNullable(load),
                Optional.ofNullable(replay),
                result.files(),
                seconds,
                stopped.get(),
                after.isEmpty());
    }

    private static String words(final Job job) {
        final List<String> parts = new ArrayList<>();
        if (job.load() != null) {
            parts.add(
                    job.load().workload() + " load of " + Math.round(job.load().rate()) + " requests/s over "
                            + job.load().flows() + " flows");
        }
        if (job.clients() != null) {
            parts.add(job.clients().workload() + " load of " + job.clients().connections() + " TCP connections");
        }
        if (job.replay() != null) {
            parts.add("replay of " + LoadViews.name(job.replay().file()));
        }
        return String.join(", ", parts);
    }

    private void say(final String kind, final String text) {
        cluster.tell("/api/v1/events", new Note(kind, text));
    }

    /** Body of {@code POST /api/v1/events}. */
    private record Note(String kind, String text) {}

    private Report follow() throws InterruptedException {
        long due = clock.nowNs();
        long stopDeadline = Long.MAX_VALUE;
        while (true) {
            final Report report =
                    process.reports().poll(Math.max(1, (due - clock.nowNs()) / 1_000_000), TimeUnit.MILLISECONDS);
            if (report != null && take(report)) {
                return report;
            }
            if (clock.nowNs() >= due) {
                due += PERIOD_NS;
                picture();
            }
            if (stopped.get() && stopDeadline == Long.MAX_VALUE) {
                stopDeadline = clock.nowNs() + LAST_REPORT.toNanos();
            }
            if (clock.nowNs() > stopDeadline) {
                throw new CommandFailure(1, "the load generator does not stop");
            }
        }
    }

    /** Takes one report; true when it is the last. */
    private boolean take(final Report report) {
        switch (report.type()) {
            case "ready" -> {
                if ("replay".equals(report.purpose())) {
                    replayInterfaces = List.of(report.ifIndex());
                }
            }
            case "load" -> load = report.load();
            case "replay" -> replay = report.replay();
            case "error" -> throw new CommandFailure(CommandFailure.USAGE, report.message());
            case "result" -> {
                return true;
            }
            default -> {
                return false;
            }
        }
        tell();
        return false;
    }

    private void tell() {
        if (load != null) {
            cluster.tell("/api/v1/load", LoadViews.of(load));
        }
        if (replay != null) {
            cluster.tell("/api/v1/replay", LoadViews.of(replay, replayInterfaces));
        }
    }

    /** A cluster that does not answer for so long has ended; the run ends too. */
    private void picture() {
        try {
            final ClusterSnapshot picture = cluster.snapshot();
            if (history.size() < MAX_HISTORY) {
                history.add(picture);
            }
            onPicture.accept(picture);
            missed = 0;
        } catch (IOException e) {
            missed++;
            if (missed == MAX_MISSED) {
                stop();
            }
        }
    }

    /**
     * Waits until the pictures show all packets of the replay and nothing moves, or until nothing has moved for a while. Time counts
     * by what was heard of every member: a picture that is old says nothing.
     *
     * @return empty when no member answers any more
     */
    private Optional<ClusterSnapshot> settle() throws InterruptedException {
        final long deadline = clock.nowNs() + SETTLE.toNanos();
        long total = -1;
        long movedMs = 0;
        while (true) {
            final ClusterSnapshot picture;
            try {
                picture = cluster.snapshot();
            } catch (IOException e) {
                return Optional.empty();
            }
            if (picture.totals().packets() != total) {
                total = picture.totals().packets();
                movedMs = picture.atMs();
            }
            final boolean replayed = replay == null
                    || (picture.replay() != null && picture.replay().counted() >= replay.sent());
            final long quietMs = heardMs(picture) - movedMs;
            if ((replayed && quietMs >= QUIET_MS) || quietMs >= LOST_MS || clock.nowNs() > deadline) {
                onPicture.accept(picture);
                return Optional.of(picture);
            }
            Thread.sleep(POLL_MS);
        }
    }

    /** When all living members had been heard of, milliseconds since 1970. */
    private static long heardMs(final ClusterSnapshot picture) {
        return picture.atMs()
                - picture.members().stream()
                        .filter(member -> member.state() == MemberState.UP)
                        .mapToLong(MemberView::ageMs)
                        .max()
                        .orElse(0);
    }
}
