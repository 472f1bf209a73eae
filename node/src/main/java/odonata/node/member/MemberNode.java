package odonata.node.member;

import akka.actor.ActorSystem;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuThread;
import odonata.actors.cpu.PanicHandler;
import odonata.config.ConfigException;
import odonata.node.http.HttpInterface;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.MemberRecord;
import odonata.node.launch.Ports;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.ClusterView;
import odonata.node.snapshot.Json;
import odonata.node.snapshot.MemberSnapshot;
import odonata.node.snapshot.SnapshotRules;
import odonata.ssi.membership.ClusterMember;
import odonata.ssi.membership.ClusterMemberSettings;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.membership.DrainStage;
import odonata.ssi.membership.EventKind;
import odonata.ssi.membership.Member;
import odonata.ssi.membership.MemberListener;
import odonata.ssi.membership.MemberState;
import odonata.ssi.uplink.AeronUplink;
import odonata.ssi.uplink.UplinkEvents;
import odonata.ssi.uplink.frame.FrameSecret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member process: starts its parts in order, follows the cluster's state, ends.
 *
 * <p>Start: HTTP interface; control plane; ids; CPUs, networks, media driver, uplink, wires; links to all others; ready. Order of the
 * end: see {@link #close}.
 *
 * <p>Threads: the control thread delivers states, the member's own thread acts on them, the sampler's measures, all others
 * only ask.
 */
public final class MemberNode {
    private static final Logger LOG = LoggerFactory.getLogger(MemberNode.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);
    private static final long AGAIN_MS = 200;

    /** After a heartbeat pause and this the cluster has found out by itself that a member is dead; it takes about half of it. */
    private static final Duration TO_NOTICE = Duration.ofSeconds(10);

    private final MemberOptions options;
    private final WallTime time = new WallTime();
    private final AllSettings settings;
    private final Pictures pictures;
    private final MemberApi api;
    private final ScheduledExecutorService member = executor("member");
    private final ScheduledExecutorService samplers = executor("sampler");
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final AtomicBoolean leaving = new AtomicBoolean();
    private final AtomicBoolean givenUp = new AtomicBoolean();
    private ActorSystem httpSystem;
    private HttpInterface http;
    private volatile ClusterMember control;
    private volatile Assembly assembly;
    private Sampler sampler;
    private Future<?> ticks = CompletableFuture.completedFuture(null);
    private CompletableFuture<?> connection = CompletableFuture.completedFuture(null);
    private CompletableFuture<?> intake = CompletableFuture.completedFuture(null);
    private boolean connecting;
    private boolean saidReady;
    private boolean saidIntake;
    private boolean released;

    /** A member that has not started. */
    public MemberNode(final MemberOptions options) {
        this.options = options;
        this.settings = AllSettings.of(options.config());
        final SnapshotRules rules = SnapshotRules.of(options.snapshot());
        this.pictures = new Pictures(rules, StateViews.empty(options.cluster().name()), time.nowMs());
        this.api = new MemberApi(pictures, time, rules.staleAfterMs());
    }

    private static ScheduledExecutorService executor(final String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            final Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts; returns when the member has its ids and its CPUs run. It is ready some time later. */
    public void start() throws InterruptedException {
        checkSharedMemory();
        startHttp();
        final AeronUplink.Endpoint endpoint = new AeronUplink.Endpoint(
                options.member().bind(), Ports.freeUdp(options.member().address()));
        startControl(endpoint);
        final Member self = await(control.joined(), "joining the cluster");
        note(MemberRecord.Phase.JOINED, self.id());
        await(CompletableFuture.runAsync(() -> assemble(self, endpoint), member), "starting the CPUs");
        final long every = options.snapshot().interval().toMillis();
        if (options.snapshot().enabled()) {
            ticks = samplers.scheduleAtFixedRate(this::tick, 0, every, TimeUnit.MILLISECONDS);
        }
    }

    private void startHttp() throws InterruptedException {
        httpSystem = ActorSystem.create(
                "odonata-http",
                ConfigFactory.parseResources(MemberNode.class.getClassLoader(), "odonata-http.conf")
                        .withFallback(ConfigFactory.load())
                        .resolve());
        final HttpInterface.Access access = new HttpInterface.Access(
                options.member().bind(), options.http().port(), options.token(), options.secret());
        http = await(HttpInterface.start(httpSystem, options.http(), access, api), "starting the HTTP interface");
        LOG.info("http up address={}", httpBase());
    }

    private void checkSharedMemory() {
        try {
            Assembly.checkSharedMemory(settings);
        } catch (IllegalStateException e) {
            throw new CommandFailure(CommandFailure.USAGE, e.getMessage(), e);
        }
    }

    private void startControl(final AeronUplink.Endpoint endpoint) {
        final ClusterMemberSettings plan = new ClusterMemberSettings(
                options.cluster().name(),
                options.member().bind(),
                options.member().port(),
                options.seeds(),
                options.secret(),
                options.cluster().cpus(),
                httpBase(),
                endpoint.host() + ":" + endpoint.port(),
                settings.placement(),
                options.member().heartbeatPause());
        try {
            control = ClusterMember.start(plan, new Listener(), time::nowMs);
        } catch (RuntimeException e) {
            if (causedBy(e, BindException.class)
                    || String.valueOf(e.getMessage()).contains("bind")) {
                throw portInUse(options.member().port(), e);
            }
            throw e;
        }
    }

    private CommandFailure portInUse(final int port, final Throwable cause) {
        return new CommandFailure(
                CommandFailure.USAGE,
                "port " + port + " at " + options.member().bind() + " is in use; choose another, or 0 for a free one",
                cause);
    }

    private <T> T await(final CompletionStage<T> stage, final String what) throws InterruptedException {
        final Duration patience = options.member().readyTimeout();
        try {
            return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    CommandFailure.TIMED_OUT,
                    what + " took more than " + patience.toSeconds() + " s"
                            + options.member().moreTime(),
                    e);
        } catch (ExecutionException e) {
            throw failure(e.getCause(), what);
        }
    }

    private RuntimeException failure(final Throwable cause, final String what) {
        if (cause instanceof CompletionException && cause.getCause() != null) {
            return failure(cause.getCause(), what);
        }
        if (causedBy(cause, BindException.class)) {
            return portInUse(options.http().port(), cause);
        }
        if (cause instanceof ConfigException || cause instanceof CommandFailure) {
            return (RuntimeException) cause;
        }
        return new CommandFailure(1, what + " failed: " + cause.getMessage(), cause);
    }

    private static boolean causedBy(final Throwable failure, final Class<? extends Throwable> type) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    private void assemble(final Member self, final AeronUplink.Endpoint endpoint) {
        final ClusterState state = control.state().orElseThrow();
        final FrameSecret secret = options.secret()
                .map(text -> FrameSecret.of(text.getBytes(StandardCharsets.UTF_8)))
                .orElse(FrameSecret.none());
        final Assembly.Plan plan = new Assembly.Plan(
                self, state.cpusOf(self.id()), settings, folderName(), endpoint, secret, options.tun());
        final Assembly parts = Assembly.start(plan, control, member, new Links(), new Defects());
        sampler = new Sampler(httpBase(), parts, options.snapshot().topFlows(), time);
        assembly = parts;
        api.joined(control, parts);
        follow();
    }

    private String folderName() {
        return options.cluster().name() + "-" + options.slot();
    }

    private String httpBase() {
        final InetSocketAddress address = http.address();
        return "http://" + options.member().bind() + ":" + address.getPort();
    }

    /** Where this member's HTTP interface is. */
    public String address() {
        return httpBase();
    }

    /** Where its control plane is: what others give as their seed. */
    public String controlAddress() {
        return control.address();
    }

    /** Completes with the exit code when the member has ended. */
    public CompletableFuture<Integer> ended() {
        return ended;
    }

    private final class Listener implements MemberListener {
        @Override
        public void onState(final ClusterState state) {
            member.execute(MemberNode.this::follow);
        }

        @Override
        public void onSnapshot(final int from, final byte[] snapshot) {
            pictures.heard(from, snapshot, time.nowMs());
        }

        @Override
        public CompletionStage<String> onQuestion(final String question) {
            if (question.equals(MemberApi.HALT)) {
                Halt.soon();
                return CompletableFuture.completedFuture("ends now");
            }
            return api.answer(question)
                    .orElseGet(() -> CompletableFuture.failedFuture(new IllegalArgumentException("unknown question")));
        }

        @Override
        public void onStopped(final StopReason reason) {
            switch (reason) {
                case LEFT -> ended.complete(0);
                case NOT_JOINED, DOWNED -> {
                    if (!leaving.get()) {
                        LOG.error("member out of the cluster reason={}", reason);
                    }
                    if (reason == StopReason.DOWNED && !leaving.get()) {
                        System.err.println(
                                "odonata: the other members put this one out of the cluster: they did not hear"
                                        + " it for "
                                        + options.member().heartbeatPause().toMillis()
                                        + " ms, or a link to it broke; if the machine is only busy, allow more:"
                                        + " --set odonata.member.heartbeat-pause=30s --set odonata.driver.liveness=60s");
                    }
                    ended.complete(1);
                }
            }
        }
    }

    /** Does what the newest state asks of this member. Thread: the member's. */
    private void follow() {
        final Assembly parts = assembly;
        final Optional<ClusterState> newest = Optional.ofNullable(control).flatMap(ClusterMember::state);
        if (parts == null || newest.isEmpty()) {
            return;
        }
        final ClusterState state = newest.get();
        parts.follow(state);
        state.member(parts.self().id()).ifPresent(self -> {
            if (self.state() == MemberState.JOINING) {
                connect(parts);
            }
            if (self.state() == MemberState.UP && !api.health().ready()) {
                api.ready(true);
                parts.announceDevice();
                note(MemberRecord.Phase.READY, self.id());
                LOG.info("member ready id={} cpus={}", self.id(), state.cpusOf(self.id()));
            }
            drain(parts, self);
        });
    }

    private void connect(final Assembly parts) {
        if (connecting || saidReady) {
            return;
        }
        connecting = true;
        connection = parts.connected()
                .whenCompleteAsync(
                        (done, failure) -> {
                            connecting = false;
                            if (failure == null
                                    && parts.unconnected(control.state().orElseThrow())
                                            .isEmpty()) {
                                saidReady = true;
                                insist(() -> !api.health().ready(), control::ready);
                            } else {
                                again(this::follow);
                            }
                        },
                        member);
    }

    /** Tells the coordinator until it has heard, as long as it is true: a cluster without a majority may take long. Thread: the member's. */
    private void insist(final BooleanSupplier stillTrue, final Supplier<CompletionStage<Optional<String>>> request) {
        if (!stillTrue.getAsBoolean()) {
            return;
        }
        final var unused = request.get()
                .whenCompleteAsync(
                        (refusal, failure) -> {
                            if (failure != null) {
                                LOG.warn("the coordinator has not heard this member, it is told again", failure);
                                again(() -> insist(stillTrue, request));
                            }
                        },
                        member);
    }

    private boolean isMember(final int id) {
        return control.state().flatMap(state -> state.member(id)).isPresent();
    }

    private void again(final Runnable task) {
        final var unused = member.schedule(task, AGAIN_MS, TimeUnit.MILLISECONDS);
    }

    private void drain(final Assembly parts, final Member self) {
        if (self.drain() == DrainStage.INTAKE && !saidIntake) {
            saidIntake = true;
            intake = parts.stopIntake()
                    .whenCompleteAsync((done, failure) -> insist(() -> saidIntake, control::intakeStopped), member);
        }
        if (self.state() == MemberState.UP && saidIntake) {
            saidIntake = false;
            parts.resumeIntake();
        }
        if (self.drain() == DrainStage.RELEASED && !released) {
            released = true;
            LOG.info("member released id={}", self.id());
            parts.withdraw();
            leaveWhenUnused(
                    parts, time.nowMs() + options.member().drainConnections().toMillis());
        }
    }

    /** Its buckets are elsewhere, its processes still have connections there: they may end by themselves. Thread: the member's. */
    private void leaveWhenUnused(final Assembly parts, final long untilMs) {
        final var unused = parts.openConnections()
                .whenCompleteAsync(
                        (open, failure) -> {
                            if (failure == null && open > 0 && time.nowMs() < untilMs) {
                                again(() -> leaveWhenUnused(parts, untilMs));
                                return;
                            }
                            if (failure == null && open > 0) {
                                LOG.warn("connections of this member's processes are reset count={}", open);
                            }
                            control.leave(parts.finalCounters());
                        },
                        member);
    }

    private final class Links implements UplinkEvents {
        @Override
        public void linkBroken(final int peer) {
            LOG.error("link broken to={}: the uplink gave it up", peer);
            pictures.event(
                    "error",
                    "the link from member " + assembly.self().id() + " to member " + peer + " broke",
                    peer,
                    time.nowMs());
            after(options.member().heartbeatPause().plus(TO_NOTICE))
                    .execute(() -> insist(() -> isMember(peer), () -> control.linkBroken(peer)));
        }

        @Override
        public void uplinkFailed(final Throwable cause) {
            giveUp("the uplink failed", cause);
        }
    }

    /** Thread: the CPU's carrier. */
    private final class Defects implements PanicHandler {
        @Override
        public void panicked(final Cpu cpu, final Throwable cause) {
            final Path file = options.record()
                    .map(Path::toAbsolutePath)
                    .map(record -> record.getParent().resolveSibling("logs"))
                    .orElseGet(() -> Path.of(""))
                    .resolve("panic-cpu-" + cpu.id() + ".json");
            try {
                if (MemberTrace.write(cpu, file)) {
                    System.err.println("odonata: what CPU " + cpu.id() + " did before is in " + file.toAbsolutePath());
                }
            } catch (IOException e) {
                LOG.warn("what CPU {} did before is lost", cpu.id(), e);
            }
            giveUp("kernel panic on CPU " + cpu.id(), cause);
        }

        @Override
        public void threadDied(final CpuThread thread, final Throwable cause) {
            control.note(EventKind.ERROR, thread.cpu().member(), "thread " + thread + " died: " + cause);
        }
    }

    /** A defect was found: says so, leaves, ends. Only the first counts: what follows it are its consequences. */
    private void giveUp(final String what, final Throwable cause) {
        LOG.error("{}", what, cause);
        if (!givenUp.compareAndSet(false, true)) {
            return;
        }
        System.err.println("odonata: " + what + ": " + cause);
        final Thread last = new Thread(
                () -> {
                    try {
                        control.note(
                                EventKind.ERROR,
                                control.joined().toCompletableFuture().join().id(),
                                what + ": " + cause.getMessage());
                        control.leave(Map.of()).toCompletableFuture().get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
                    } catch (InterruptedException | ExecutionException | TimeoutException e) {
                        LOG.warn("left without a word", e);
                    } finally {
                        ended.complete(1);
                    }
                },
                "panic");
        last.setDaemon(true);
        last.start();
    }

    /** One window. Thread: the sampler's. */
    private void tick() {
        try {
            final Assembly parts = assembly;
            final Optional<ClusterState> state = control.state();
            if (parts == null || state.isEmpty()) {
                return;
            }
            final MemberSnapshot own = sampler.sample(state.get(), pictures.notes(), time.nowNs(), time.nowMs());
            final byte[] json = Json.bytes(own);
            pictures.heard(parts.self().id(), json, time.nowMs());
            control.publishSnapshot(json);
            final ClusterView view =
                    StateViews.of(state.get(), parts.self().id(), control.suspicion(), control.coordinatorHost());
            final ClusterSnapshot picture = pictures.draw(view, time.nowMs());
            http.publish(picture);
        } catch (RuntimeException e) {
            LOG.warn("no sample this time", e);
        }
    }

    /** Leaves in order: hands over what it owns, unless the whole cluster stops; ends after a bounded time. */
    public void leave() {
        if (!leaving.compareAndSet(false, true)) {
            return;
        }
        final Assembly parts = assembly;
        final Optional<ClusterState> state = Optional.ofNullable(control).flatMap(ClusterMember::state);
        if (parts == null
                || state.isEmpty()
                || allStop()
                || state.get().members().size() < 2) {
            ended.complete(0);
            return;
        }
        LOG.info("member leaves id={}", parts.self().id());
        control.drain(parts.self().id());
        after(options.member().leaveTimeout()).execute(() -> {
            if (!ended.isDone()) {
                LOG.warn(
                        "drain not done after {}: leaving without",
                        options.member().leaveTimeout());
                control.leave(parts.finalCounters());
                after(LAST_WORDS).execute(() -> ended.complete(0));
            }
        });
    }

    private Executor after(final Duration delay) {
        return CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, member);
    }

    /** Ends without handing anything over. */
    public void abandon() {
        leaving.set(true);
        ended.complete(0);
    }

    private boolean allStop() {
        return options.record()
                .map(Path::getParent)
                .map(Path::getParent)
                .map(folder -> Files.exists(folder.resolve(ClusterFolder.STOPPING)))
                .orElse(false);
    }

    private void note(final MemberRecord.Phase phase, final int id) {
        options.record().ifPresent(file -> {
            final MemberRecord self = MemberRecord.starting(options.slot(), ProcessHandle.current());
            ClusterFolder.record(
                    file,
                    new MemberRecord(
                            self.slot(), self.pid(), self.startedMs(), id, phase, control.address(), httpBase()));
        });
    }

    /** Ends everything that was started, whatever is left of it: sampler, HTTP, CPUs and uplink, media driver, control plane. */
    public void close() {
        leaving.set(true);
        ticks.cancel(false);
        connection.cancel(false);
        intake.cancel(false);
        samplers.shutdownNow();
        member.shutdownNow();
        quietly("http", () -> {
            if (http != null) {
                http.stop();
            }
        });
        quietly("machine", () -> {
            if (assembly != null) {
                assembly.close();
            }
        });
        quietly("control", () -> {
            if (control != null) {
                control.close();
            }
        });
    }

    private static void quietly(final String part, final Runnable end) {
        try {
            end.run();
        } catch (RuntimeException e) {
            LOG.warn("end of {}", part, e);
        }
    }
}
