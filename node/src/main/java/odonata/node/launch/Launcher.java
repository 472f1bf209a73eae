package odonata.node.launch;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import odonata.config.ClusterSettings;
import odonata.config.HttpSettings;
import odonata.config.Layers;
import odonata.config.MemberSettings;
import odonata.config.SnapshotSettings;
import odonata.node.http.Health;
import odonata.node.http.Token;
import odonata.node.snapshot.MemberState;
import odonata.protocol.clock.Clock;

/**
 * Starts the members of a cluster on this machine and waits until they serve; undoes what it did when that fails.
 *
 * <p>Thread: one owner, except {@link #undo}, which a shutdown hook may call.
 */
public final class Launcher {
    /** Lines of a log that are shown when a start fails, for then the logs are removed. */
    private static final int LOG_LINES = 8;

    private final ClusterFolder folder;
    private final Map<String, String> environment;
    private final Config config;
    private final ClusterSettings cluster;
    private final MemberSettings member;
    private final boolean measured;
    private final Clock clock;
    private final List<Started> started = new ArrayList<>();
    private volatile boolean undone;

    private record Started(int slot, Process process) {}

    /** A launcher for the cluster that {@code layers} describe. */
    public Launcher(
            final ClusterFolder folder, final Layers layers, final Map<String, String> environment, final Clock clock) {
        this.folder = folder;
        this.environment = environment;
        this.config = layers.effective();
        this.cluster = ClusterSettings.of(config);
        this.member = MemberSettings.of(config);
        this.measured = SnapshotSettings.of(config).enabled();
        this.clock = clock;
    }

    /**
     * Makes the folder and starts all members.
     *
     * @param overrides what differs from the defaults; every member reads it
     * @param attached whether members end with this process
     * @param first further arguments of the first member
     * @return base address at which the first member will serve its dashboard
     */
    public String start(final String overrides, final boolean attached, final long nowMs, final List<String> first) {
        final int seedPort = member.port() == 0 ? Ports.free(member.address()) : member.port();
        final int wanted = HttpSettings.of(config).port();
        requireFree(seedPort, "odonata.member.port");
        final int httpPort = wanted == 0 ? Ports.free(member.address()) : wanted;
        requireFree(httpPort, "odonata.http.port");
        final String seed = member.bind() + ":" + seedPort;
        ClusterFolder.write(folder.config(), overrides);
        ClusterFolder.writeSecret(folder.token(), Token.random().value());
        folder.info(new ClusterFolder.Info(cluster.name(), cluster.members(), cluster.cpus(), seed, nowMs));
        for (int slot = 1; slot <= cluster.members() && !undone; slot++) {
            final boolean isFirst = slot == 1;
            launch(slot, seed, isFirst ? seedPort : 0, isFirst ? httpPort : 0, attached, isFirst ? first : List.of());
        }
        return "http://" + member.bind() + ":" + httpPort;
    }

    private void requireFree(final int port, final String key) {
        if (!Ports.isFree(member.address(), port)) {
            throw new CommandFailure(
                    CommandFailure.USAGE,
                    "port " + port + " at " + member.bind() + " is in use; choose another with " + key
                            + ", or 0 for a free one");
        }
    }

    /** Starts one more member of a running cluster; returns its slot. */
    public int add(final String seed, final boolean attached) {
        final int slot =
                folder.members().stream().mapToInt(MemberRecord::slot).max().orElse(0) + 1;
        launch(slot, seed, 0, 0, attached, List.of());
        return slot;
    }

    private synchronized void launch(
            final int slot,
            final String seed,
            final int port,
            final int httpPort,
            final boolean attached,
            final List<String> more) {
        if (undone) {
            return;
        }
        final List<String> command = JavaCommand.member(member.heapMb(), environment);
        command.addAll(List.of(
                "member",
                "--config",
                folder.config().toString(),
                "--name",
                cluster.name(),
                "--cpus",
                Integer.toString(cluster.cpus()),
                "--port",
                Integer.toString(port),
                "--http-port",
                Integer.toString(httpPort),
                "--seed",
                seed,
                "--token-file",
                folder.token().toString(),
                "--record",
                folder.member(slot).toString(),
                "--slot",
                Integer.toString(slot)));
        if (attached) {
            command.add("--attached");
        }
        command.addAll(more);
        final Process process = Spawn.start(command, folder.log(slot), attached);
        started.add(new Started(slot, process));
        ClusterFolder.record(folder.member(slot), MemberRecord.starting(slot, process.toHandle()));
    }

    /**
     * Waits until all members that were started serve, see each other and have figures of all. A failure shows what the members that are missing
     * have logged last.
     *
     * @param members members that the cluster then has
     * @param progress told in a few words how far it is
     */
    public void awaitReady(final int members, final Consumer<String> progress) throws InterruptedException {
        final AtomicReference<String> told = new AtomicReference<>("");
        try {
            Waiting.until(clock, clock.nowNs(), member.readyTimeout(), "the cluster is not ready", why -> {
                requireAlive();
                final Optional<String> missing = waitingFor(members);
                missing.filter(what -> !what.equals(told.getAndSet(what))).ifPresent(progress);
                why.accept(missing.orElse("") + member.moreTime());
                return missing.isEmpty() ? Optional.of(true) : Optional.empty();
            });
        } catch (final CommandFailure e) {
            if (e.exitCode() != CommandFailure.TIMED_OUT) {
                throw e;
            }
            throw new CommandFailure(CommandFailure.TIMED_OUT, e.getMessage(), logs(), e);
        }
    }

    /** What the members that do not serve yet have logged last; all of them when each one serves. */
    private List<String> logs() {
        final Set<Integer> serving = folder.members().stream()
                .filter(record -> record.phase() == MemberRecord.Phase.READY)
                .map(MemberRecord::slot)
                .collect(Collectors.toSet());
        return started.stream()
                .map(Started::slot)
                .filter(slot -> !serving.contains(slot) || serving.size() == started.size())
                .flatMap(slot -> log(slot).stream())
                .toList();
    }

    private List<String> log(final int slot) {
        final List<String> last = Spawn.lastLines(folder.log(slot), LOG_LINES);
        final List<String> lines = new ArrayList<>();
        lines.add("  member " + slot + (last.isEmpty() ? " has logged nothing" : " logged last:"));
        last.forEach(line -> lines.add("    " + line));
        return lines;
    }

    private void requireAlive() {
        for (final Started one : started) {
            if (!one.process.isAlive()) {
                final Path log = folder.log(one.slot);
                final int exit = one.process.exitValue();
                throw new CommandFailure(
                        exit == CommandFailure.USAGE ? CommandFailure.USAGE : 1,
                        Spawn.lastError(log).orElse("member " + one.slot + " ended with exit code " + exit));
            }
        }
    }

    private Optional<String> waitingFor(final int members) {
        final List<MemberRecord> records = folder.members();
        for (final Started one : started) {
            final Optional<MemberRecord> record =
                    records.stream().filter(r -> r.slot() == one.slot).findFirst();
            final Optional<String> wait = record.isEmpty() ? Optional.of("waiting") : waitingFor(record.get(), members);
            if (wait.isPresent()) {
                return wait;
            }
        }
        return Optional.empty();
    }

    private Optional<String> waitingFor(final MemberRecord record, final int members) {
        final String who = "member " + record.slot();
        if (record.phase() != MemberRecord.Phase.READY) {
            return Optional.of(who + " is " + record.phase().name().toLowerCase(java.util.Locale.ROOT));
        }
        try {
            final NodeClient client = new NodeClient(record.http(), "");
            final Health health = client.health();
            if (!health.ready() || health.up() != members || !health.healthy()) {
                return Optional.of(who + ": " + health.up() + " of " + members + " up"
                        + (health.reasons().isEmpty()
                                ? ""
                                : ", " + health.reasons().get(0)));
            }
            final long pictured = client.snapshot().members().stream()
                    .filter(m -> m.state() == MemberState.UP && !m.stale())
                    .count();
            return !measured || pictured == members
                    ? Optional.empty()
                    : Optional.of(who + " has figures of " + pictured + " of " + members + " members");
        } catch (IOException e) {
            return Optional.of(who + " does not answer");
        }
    }

    /** Processes that were started here and still run. */
    public synchronized List<ProcessHandle> processes() {
        return started.stream()
                .map(s -> s.process.toHandle())
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    /** Ends what {@link #add} started and removes its traces from the folder of the cluster, which goes on. */
    public void undoAdded(final Path sharedMemory, final Duration patience) {
        undone = true;
        Stop.processes(processes(), patience);
        for (final Started one : started) {
            Stop.sweep(sharedMemory, one.process.pid());
            Trees.delete(folder.member(one.slot));
            Trees.delete(folder.log(one.slot));
        }
    }

    /** Ends what was started and removes the folder. */
    public void undo(final Path sharedMemory, final Duration patience) {
        undone = true;
        final List<ProcessHandle> running = processes();
        if (!running.isEmpty()) {
            ClusterFolder.write(folder.stopping(), "");
        }
        Stop.processes(running, patience);
        started.forEach(one -> Stop.sweep(sharedMemory, one.process.pid()));
        folder.delete();
    }
}
