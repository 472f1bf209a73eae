package odonata.ssi.membership;

import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.actor.AddressFromURIString;
import akka.actor.BootstrapSetup;
import akka.actor.CoordinatedShutdown;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.Cluster;
import akka.remote.artery.tcp.SSLEngineProviderSetup;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import odonata.actors.netisr.PartitionEvents;
import odonata.ssi.membership.ControlMsg.ForCoordinator;
import odonata.ssi.membership.ControlMsg.Leave;
import odonata.ssi.membership.ControlMsg.Publish;
import odonata.ssi.membership.ControlMsg.Question;
import odonata.ssi.membership.ControlMsg.Reply;
import odonata.ssi.membership.ControlMsg.Report;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as a node of the Akka Cluster that is the control plane: one actor system beside those of the CPUs.
 *
 * <p>A member's life: {@link #start}; {@link #joined} gives its ids; CPUs, uplinks and wires are made from the states that the
 * listener gets; {@link #ready}; when its own {@link DrainStage} is INTAKE it stops its devices and calls
 * {@link #intakeStopped}; when it is RELEASED it calls {@link #leave}.
 *
 * <p>Threads: all methods may be called from any thread and none blocks, except {@link #start}, which binds the port.
 */
public final class ClusterMember implements MemberControl, AutoCloseable {
    /** Largest snapshot in bytes. */
    public static final int MAX_SNAPSHOT = 384 * 1024;

    /** Longest question in characters. */
    public static final int MAX_QUESTION = 16 * 1024;

    /** Name of the actor system, the same in all members. */
    static final String SYSTEM = "odonata";

    /** What an actor system may need to end. */
    private static final Duration TO_END = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMember.class);

    private final ActorSystem system;
    private final Membership membership;
    private final ActorRef<ControlMsg> control;

    private ClusterMember(final ActorSystem system, final Membership membership, final ActorRef<ControlMsg> control) {
        this.system = system;
        this.membership = membership;
        this.control = control;
    }

    /**
     * Binds the control plane and begins to join.
     *
     * @param wallMs milliseconds since 1970, for the event log
     */
    public static ClusterMember start(
            final ClusterMemberSettings settings, final MemberListener listener, final LongSupplier wallMs) {
        final ActorSystem system = ActorSystem.create(SYSTEM, setup(settings));
        final Cluster cluster = Cluster.get(system);
        final Membership membership =
                new Membership(cluster.selfUniqueAddress().longUid(), hostPort(cluster.selfAddress()));
        final var unused = over(system, cluster).thenRun(() -> {
            membership.notJoined("no seed of " + settings.seeds() + " let it in: do they run, with the same secret?");
            LOG.info("member stopped address={} reason={}", membership.address(), membership.stopReason());
            listener.onStopped(membership.stopReason());
        });
        final ActorRef<ControlMsg> control = Adapter.spawn(
                system,
                ControlActor.create(settings, listener, membership, wallMs),
                ControlActor.NAME,
                DispatcherSelector.fromConfig("odonata.control-dispatcher"));
        Adapter.spawn(system, warden(system, control), "warden");
        if (settings.seeds().isEmpty()) {
            cluster.join(cluster.selfAddress());
        } else {
            cluster.joinSeedNodes(addresses(settings.seeds()));
        }
        LOG.info(
                "member started address={} seeds={} tls={}",
                membership.address(),
                settings.seeds(),
                settings.secret().isPresent());
        return new ClusterMember(system, membership, control);
    }

    /**
     * Completes when the actor system has ended, or some seconds after the cluster has removed this member: one that was cut off from
     * the network was seen never to end, and must not go on as if it were a member.
     */
    private static CompletableFuture<Void> over(final ActorSystem system, final Cluster cluster) {
        final CompletableFuture<Void> over = new CompletableFuture<>();
        system.getWhenTerminated().whenComplete((done, failure) -> over.complete(null));
        cluster.registerOnMemberRemoved(
                () -> CompletableFuture.delayedExecutor(TO_END.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> over.complete(null)));
        return over;
    }

    /** Ends the actor system when the control actor has ended: a member without it would only look alive. */
    private static Behavior<Void> warden(final ActorSystem system, final ActorRef<ControlMsg> control) {
        return Behaviors.setup(context -> {
            context.watch(control);
            return Behaviors.receive(Void.class)
                    .onSignal(Terminated.class, ended -> {
                        system.terminate();
                        return Behaviors.stopped();
                    })
                    .build();
        });
    }

    private static ActorSystemSetup setup(final ClusterMemberSettings settings) {
        final Config config = ConfigFactory.parseMap(Map.of(
                        "akka.remote.artery.canonical.hostname", settings.bindHost(),
                        "akka.remote.artery.canonical.port", settings.port(),
                        "akka.remote.artery.transport", settings.secret().isPresent() ? "tls-tcp" : "tcp",
                        "akka.cluster.failure-detector.acceptable-heartbeat-pause", settings.heartbeatPause()))
                .withFallback(ConfigFactory.parseResources(
                        ClusterMember.class.getClassLoader(),
                        "odonata-control-plane.conf",
                        ConfigParseOptions.defaults().setAllowMissing(false)))
                .withFallback(ConfigFactory.load());
        final ActorSystemSetup plain = ActorSystemSetup.create(BootstrapSetup.create(config.resolve()));
        return settings.secret()
                .map(secret -> {
                    final SecretTls tls = new SecretTls(secret);
                    return plain.withSetup(SSLEngineProviderSetup.create(system -> tls));
                })
                .orElse(plain);
    }

    private static List<Address> addresses(final List<String> seeds) {
        return seeds.stream()
                .map(seed -> AddressFromURIString.parse("akka://" + SYSTEM + "@" + seed))
                .toList();
    }

    private static String hostPort(final Address address) {
        return address.getHost().orElseThrow() + ":" + address.getPort().orElseThrow();
    }

    /** Control-plane address, {@code host:port}, with the port that was really bound. */
    public String address() {
        return membership.address();
    }

    @Override
    public CompletionStage<Member> joined() {
        return membership.joined().minimalCompletionStage();
    }

    @Override
    public Optional<ClusterState> state() {
        return membership.state();
    }

    @Override
    public PartitionEvents partitionEvents() {
        return Progress.to(progress -> control.tell(new Report(progress)));
    }

    /** Gives every member, this one too, a snapshot of this one. Lost ones are not repeated. */
    public void publishSnapshot(final byte[] snapshot) {
        if (snapshot.length > MAX_SNAPSHOT) {
            throw new IllegalArgumentException("snapshot of " + snapshot.length + " bytes, at most " + MAX_SNAPSHOT
                    + ": list fewer flows (odonata.snapshot.top-flows)");
        }
        control.tell(new Publish(snapshot));
    }

    /** Asks one member; fails when it is unknown, does not answer in time, or its listener refused. */
    public CompletionStage<String> ask(final int member, final String question, final Duration timeout) {
        if (question.length() > MAX_QUESTION) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(
                    "question of " + question.length() + " characters, at most " + MAX_QUESTION));
        }
        final Optional<Member> target = membership.state().flatMap(state -> state.member(member));
        if (target.isEmpty()) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("no member " + member));
        }
        final var typed = Adapter.toTyped(system);
        final ActorRef<ControlMsg> remote = ControlActor.remote(typed, target.get());
        return AskPattern.<ControlMsg, Reply>ask(
                        remote,
                        replyTo -> new Question(
                                question, ActorRefResolver.get(typed).toSerializationFormat(replyTo)),
                        timeout,
                        typed.scheduler())
                .thenCompose(reply -> reply.ok()
                        ? CompletableFuture.completedFuture(reply.text())
                        : CompletableFuture.failedFuture(new IllegalStateException(reply.text())));
    }

    /** The failure detector's suspicion of each other member by id; 8 and more means: taken for dead. */
    public Map<Integer, Double> suspicion() {
        return Suspicion.of(Cluster.get(system), membership.state());
    }

    /** The member that hosts the coordinator, if known: the oldest one. */
    public Optional<Integer> coordinatorHost() {
        return Suspicion.oldest(Cluster.get(system)).flatMap(uid -> membership
                .state()
                .flatMap(state -> state.incarnation(uid))
                .map(Member::id));
    }

    /** As said there; the actor system has ended when it completes. */
    @Override
    public CompletionStage<Void> leave(final Map<String, Long> counters) {
        final CompletableFuture<Optional<String>> told = new CompletableFuture<>();
        control.tell(new Leave(Map.copyOf(counters), told));
        return told.handle((refusal, failure) -> Optional.empty())
                .thenCompose(
                        ignored -> CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.clusterLeavingReason()))
                .thenAccept(done -> {});
    }

    /** Ends the actor system at once, without a word to the others: they find out by themselves. */
    @Override
    public void close() {
        system.terminate();
    }

    /** Completes when the actor system has ended. */
    public CompletionStage<Void> stopped() {
        return system.getWhenTerminated().thenAccept(ended -> {});
    }

    @Override
    public CompletionStage<Optional<String>> submit(final CoordinatorMsg msg) {
        final CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        control.tell(new ForCoordinator(msg, answer));
        return answer;
    }
}
