package odonata.ssi.membership;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.ClusterEvent.MemberRemoved;
import akka.cluster.ddata.typed.javadsl.DistributedData;
import akka.cluster.ddata.typed.javadsl.Replicator;
import akka.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import odonata.ssi.membership.CoordinatorCmd.Flush;
import odonata.ssi.membership.CoordinatorCmd.Gone;
import odonata.ssi.membership.CoordinatorCmd.Loaded;
import odonata.ssi.membership.CoordinatorCmd.Published;
import odonata.ssi.membership.CoordinatorCmd.Submit;
import odonata.ssi.partition.Placement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts the {@link Coordinator} as cluster singleton: reads the newest state from all replicas, then turns what members
 * report and what Akka's membership says into new states and replicates them. An answer is sent only when the state that it
 * follows from is with every member that can be reached.
 */
final class CoordinatorActor {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorActor.class);
    /** What comes within this time costs one state; longer saves work and delays every step of a move. */
    private static final Duration GATHER = Duration.ofMillis(10);

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(1);
    private static final int MAX_WAITING = 10_000;

    private final ActorContext<CoordinatorCmd> context;
    private final TimerScheduler<CoordinatorCmd> timers;
    private final ReplicatorMessageAdapter<CoordinatorCmd, ReplicatedState> replicator;
    private final LongSupplier wallMs;
    private final Coordinator coordinator;
    private final List<CoordinatorMsg> waiting = new ArrayList<>();
    private final List<Asker> askers = new ArrayList<>();
    private final TreeMap<Long, List<Runnable>> answers = new TreeMap<>();
    private long published;
    private long confirmed;

    /** Who wants to know what became of the message at {@code index}. */
    private record Asker(int index, long id, ActorRef<ControlMsg> replyTo) {}

    private CoordinatorActor(
            final ActorContext<CoordinatorCmd> context,
            final TimerScheduler<CoordinatorCmd> timers,
            final ReplicatorMessageAdapter<CoordinatorCmd, ReplicatedState> replicator,
            final Coordinator coordinator,
            final LongSupplier wallMs) {
        this.context = context;
        this.timers = timers;
        this.replicator = replicator;
        this.coordinator = coordinator;
        this.wallMs = wallMs;
    }

    /** The singleton's behaviour. */
    static Behavior<CoordinatorCmd> create(final String cluster, final Placement placement, final LongSupplier wallMs) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> Behaviors.withStash(
                MAX_WAITING,
                stash -> DistributedData.withReplicatorMessageAdapter(
                        (ReplicatorMessageAdapter<CoordinatorCmd, ReplicatedState> replicator) ->
                                load(context, timers, stash, replicator, cluster, placement, wallMs)))));
    }

    private static Behavior<CoordinatorCmd> load(
            final ActorContext<CoordinatorCmd> context,
            final TimerScheduler<CoordinatorCmd> timers,
            final StashBuffer<CoordinatorCmd> stash,
            final ReplicatorMessageAdapter<CoordinatorCmd, ReplicatedState> replicator,
            final String cluster,
            final Placement placement,
            final LongSupplier wallMs) {
        read(replicator, new Replicator.ReadAll(READ_TIMEOUT), true);
        return Behaviors.receive(CoordinatorCmd.class)
                .onMessage(Loaded.class, loaded -> {
                    if (!loaded.answered()) {
                        if (!loaded.all()) {
                            throw new IllegalStateException(
                                    "no majority of replicas answered within " + READ_TIMEOUT + ": trying again");
                        }
                        read(replicator, new Replicator.ReadMajority(READ_TIMEOUT), false);
                        return Behaviors.same();
                    }
                    final Coordinator coordinator = loaded.state()
                            .map(state -> Coordinator.resume(state, placement, wallMs.getAsLong()))
                            .orElseGet(() -> Coordinator.create(cluster, placement));
                    LOG.info(
                            "coordinator up version={} all={}",
                            coordinator.state().version(),
                            loaded.all());
                    final CoordinatorActor actor =
                            new CoordinatorActor(context, timers, replicator, coordinator, wallMs);
                    actor.watchMembership();
                    return stash.unstashAll(actor.running());
                })
                .onAnyMessage(other -> {
                    if (!stash.isFull()) {
                        stash.stash(other);
                    }
                    return Behaviors.same();
                })
                .build();
    }

    private static void read(
            final ReplicatorMessageAdapter<CoordinatorCmd, ReplicatedState> replicator,
            final Replicator.ReadConsistency consistency,
            final boolean all) {
        replicator.askGet(
                self -> new Replicator.Get<>(ReplicatedState.KEY, consistency, self),
                response -> response instanceof Replicator.GetSuccess<ReplicatedState> success
                        ? new Loaded(
                                Optional.of(success.get(ReplicatedState.KEY).state()), true, all)
                        : new Loaded(Optional.empty(), response instanceof Replicator.NotFound<ReplicatedState>, all));
    }

    private Behavior<CoordinatorCmd> running() {
        return Behaviors.receive(CoordinatorCmd.class)
                .onMessage(Submit.class, this::onSubmit)
                .onMessage(Gone.class, this::onGone)
                .onMessageEquals(Flush.INSTANCE, this::onFlush)
                .onMessage(Published.class, this::onPublished)
                .build();
    }

    /** Members that the state knows and Akka does not are dead; so are those that Akka removes from now on. */
    private void watchMembership() {
        final Cluster cluster = Cluster.get(context.getSystem());
        final ActorRef<MemberRemoved> removed = context.messageAdapter(
                MemberRemoved.class,
                event -> new Gone(event.member().uniqueAddress().longUid()));
        cluster.subscriptions().tell(Subscribe.create(removed, MemberRemoved.class));
        final Set<Long> alive = StreamSupport.stream(
                        cluster.state().getMembers().spliterator(), false)
                .map(member -> member.uniqueAddress().longUid())
                .collect(Collectors.toSet());
        coordinator.state().members().stream()
                .filter(member -> !alive.contains(member.incarnation()))
                .forEach(member -> context.getSelf().tell(new Gone(member.incarnation())));
        gather();
    }

    private Behavior<CoordinatorCmd> onSubmit(final Submit submit) {
        if (waiting.size() + submit.msgs().size() > MAX_WAITING) {
            LOG.warn(
                    "coordinator is behind, messages dropped count={}; members repeat them",
                    submit.msgs().size());
            return Behaviors.same();
        }
        final ActorRef<ControlMsg> replyTo =
                ActorRefResolver.get(context.getSystem()).resolveActorRef(submit.replyTo());
        for (int i = 0; i < submit.msgs().size(); i++) {
            if (submit.ids().get(i) != 0) {
                askers.add(new Asker(waiting.size(), submit.ids().get(i), replyTo));
            }
            waiting.add(submit.msgs().get(i));
        }
        gather();
        return Behaviors.same();
    }

    private Behavior<CoordinatorCmd> onGone(final Gone gone) {
        coordinator.state().incarnation(gone.incarnation()).ifPresent(member -> {
            waiting.add(new CoordinatorMsg.Dead(member.id()));
            gather();
        });
        return Behaviors.same();
    }

    private void gather() {
        if (!timers.isTimerActive(Flush.INSTANCE)) {
            timers.startSingleTimer(Flush.INSTANCE, Flush.INSTANCE, GATHER);
        }
    }

    private Behavior<CoordinatorCmd> onFlush() {
        final List<Optional<String>> refusals = coordinator.handleAll(waiting, wallMs.getAsLong());
        final List<Runnable> due = answers.computeIfAbsent(coordinator.state().version(), v -> new ArrayList<>());
        for (final Asker asker : askers) {
            final String refusal = refusals.get(asker.index()).orElse("");
            due.add(() -> asker.replyTo().tell(new ControlMsg.Answered(List.of(asker.id()), List.of(refusal))));
        }
        waiting.clear();
        askers.clear();
        publish();
        answer();
        return Behaviors.same();
    }

    private void publish() {
        final ClusterState state = coordinator.state();
        if (state.version() == published) {
            return;
        }
        published = state.version();
        final ReplicatedState replicated = new ReplicatedState(state);
        replicator.askUpdate(
                self -> new Replicator.Update<>(
                        ReplicatedState.KEY,
                        replicated,
                        new Replicator.WriteAll(WRITE_TIMEOUT),
                        self,
                        old -> old.newer(replicated)),
                response -> new Published(state.version()));
    }

    private Behavior<CoordinatorCmd> onPublished(final Published done) {
        confirmed = Math.max(confirmed, done.version());
        answer();
        return Behaviors.same();
    }

    private void answer() {
        while (!answers.isEmpty() && answers.firstKey() <= confirmed) {
            answers.pollFirstEntry().getValue().forEach(Runnable::run);
        }
    }
}
