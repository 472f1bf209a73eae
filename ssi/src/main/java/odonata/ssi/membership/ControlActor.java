package odonata.ssi.membership;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ddata.typed.javadsl.DistributedData;
import akka.cluster.ddata.typed.javadsl.Replicator;
import akka.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.ClusterSingletonSettings;
import akka.cluster.typed.SelfUp;
import akka.cluster.typed.SingletonActor;
import akka.cluster.typed.Subscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import odonata.ssi.membership.ControlMsg.Answered;
import odonata.ssi.membership.ControlMsg.ForCoordinator;
import odonata.ssi.membership.ControlMsg.Leave;
import odonata.ssi.membership.ControlMsg.NewState;
import odonata.ssi.membership.ControlMsg.Publish;
import odonata.ssi.membership.ControlMsg.Question;
import odonata.ssi.membership.ControlMsg.Reply;
import odonata.ssi.membership.ControlMsg.Report;
import odonata.ssi.membership.ControlMsg.SendProgress;
import odonata.ssi.membership.ControlMsg.Snapshot;
import odonata.ssi.membership.ControlMsg.Tick;
import odonata.ssi.membership.ControlMsg.Up;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member's end of the control plane: hands new states to the listener, carries reports and requests to the coordinator and
 * repeats them until they are answered, sends and receives snapshots and questions. Owns the control thread.
 */
final class ControlActor {
    /** Name below the guardian, by which members find each other. */
    static final String NAME = "control";

    private static final Logger LOG = LoggerFactory.getLogger(ControlActor.class);
    private static final Duration REPEAT = Duration.ofMillis(500);
    private static final int MAX_ATTEMPTS = 60;
    /**
     * How long a new coordinator waits for an old one that was cut off, not killed. It need not: what the old one still decides
     * reaches only its own side, which stops, and versions never name two states.
     */
    private static final Duration REMOVAL_MARGIN = Duration.ofMillis(50);

    private final ActorContext<ControlMsg> context;
    private final ClusterMemberSettings settings;
    private final MemberListener listener;
    private final Membership membership;
    private final ActorRef<CoordinatorCmd> coordinator;
    private final Lifelines lifelines;
    private final Outbox outbox = new Outbox(MAX_ATTEMPTS);
    private final String self;
    private boolean progressQueued;

    private ControlActor(
            final ActorContext<ControlMsg> context,
            final ClusterMemberSettings settings,
            final MemberListener listener,
            final Membership membership,
            final ActorRef<CoordinatorCmd> coordinator) {
        this.context = context;
        this.settings = settings;
        this.listener = listener;
        this.membership = membership;
        this.coordinator = coordinator;
        this.lifelines = new Lifelines(Adapter.toClassic(context.getSystem()));
        this.self = ActorRefResolver.get(context.getSystem()).toSerializationFormat(context.getSelf());
    }

    /** The behaviour; {@code membership} is where it tells other threads what it knows. */
    static Behavior<ControlMsg> create(
            final ClusterMemberSettings settings,
            final MemberListener listener,
            final Membership membership,
            final LongSupplier wallMs) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> DistributedData.withReplicatorMessageAdapter(
                (ReplicatorMessageAdapter<ControlMsg, ReplicatedState> replicator) -> {
                    replicator.subscribe(ReplicatedState.KEY, ControlActor::changed);
                    timers.startTimerWithFixedDelay(Tick.INSTANCE, REPEAT);
                    final ActorRef<SelfUp> up = context.messageAdapter(SelfUp.class, event -> Up.INSTANCE);
                    Cluster.get(context.getSystem()).subscriptions().tell(Subscribe.create(up, SelfUp.class));
                    return new ControlActor(
                                    context, settings, listener, membership, coordinator(context, settings, wallMs))
                            .behavior();
                })));
    }

    private static ActorRef<CoordinatorCmd> coordinator(
            final ActorContext<ControlMsg> context, final ClusterMemberSettings settings, final LongSupplier wallMs) {
        final Behavior<CoordinatorCmd> behavior =
                CoordinatorActor.create(settings.cluster(), settings.placement(), wallMs);
        return ClusterSingleton.get(context.getSystem())
                .init(SingletonActor.of(
                                Behaviors.supervise(behavior)
                                        .onFailure(SupervisorStrategy.restartWithBackoff(
                                                Duration.ofMillis(200), Duration.ofSeconds(5), 0.1)),
                                "coordinator")
                        .withSettings(ClusterSingletonSettings.create(context.getSystem())
                                .withRemovalMargin(REMOVAL_MARGIN)));
    }

    private static ControlMsg changed(final Replicator.SubscribeResponse<ReplicatedState> response) {
        return response instanceof Replicator.Changed<ReplicatedState> changed
                ? new NewState(changed.get(ReplicatedState.KEY).state())
                : Tick.INSTANCE;
    }

    private Behavior<ControlMsg> behavior() {
        return Behaviors.receive(ControlMsg.class)
                .onMessageEquals(Up.INSTANCE, this::onUp)
                .onMessage(NewState.class, this::onNewState)
                .onMessage(ForCoordinator.class, this::onForCoordinator)
                .onMessage(Report.class, this::onReport)
                .onMessageEquals(SendProgress.INSTANCE, this::onSendProgress)
                .onMessageEquals(Tick.INSTANCE, this::onTick)
                .onMessage(Answered.class, this::onAnswered)
                .onMessage(Publish.class, this::onPublish)
                .onMessage(Snapshot.class, this::onSnapshot)
                .onMessage(Question.class, this::onQuestion)
                .onMessage(Leave.class, this::onLeave)
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<ControlMsg> onUp() {
        final CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        answer.minimalCompletionStage().whenComplete((refusal, failure) -> {
            if (failure != null) {
                membership.notJoined(failure.getMessage());
            } else {
                refusal.ifPresent(membership::notJoined);
            }
        });
        request(
                new CoordinatorMsg.Joining(
                        membership.incarnation(),
                        membership.address(),
                        settings.http(),
                        settings.aeron(),
                        settings.cpus()),
                answer);
        return Behaviors.same();
    }

    private Behavior<ControlMsg> onNewState(final NewState msg) {
        final ClusterState next = msg.state();
        final Optional<ClusterState> last = membership.state();
        if (last.isPresent() && last.get().version() >= next.version()) {
            return Behaviors.same();
        }
        membership.deliver(next);
        lifelines.keep(next.members());
        listener.onState(next);
        if (membership.declaredDead()) {
            LOG.error("the cluster took this member for dead and goes on without it address={}", membership.address());
            return Behaviors.stopped();
        }
        return Behaviors.same();
    }

    private Behavior<ControlMsg> onForCoordinator(final ForCoordinator msg) {
        request(msg.msg(), msg.answer());
        return Behaviors.same();
    }

    private void request(final CoordinatorMsg msg, final CompletableFuture<Optional<String>> answer) {
        final long id = outbox.add(msg, answer);
        if (id != 0) {
            submit(List.of(id), List.of(msg));
        }
    }

    private Behavior<ControlMsg> onReport(final Report report) {
        outbox.note(report.progress());
        if (!progressQueued) {
            progressQueued = true;
            context.getSelf().tell(SendProgress.INSTANCE);
        }
        return Behaviors.same();
    }

    private Behavior<ControlMsg> onSendProgress() {
        progressQueued = false;
        membership.state().ifPresent(state -> {
            final List<CoordinatorMsg> unseen = outbox.unseen(state);
            submit(Collections.nCopies(unseen.size(), 0L), unseen);
        });
        return Behaviors.same();
    }

    private Behavior<ControlMsg> onTick() {
        final Map<Long, CoordinatorMsg> due = outbox.due();
        submit(new ArrayList<>(due.keySet()), new ArrayList<>(due.values()));
        return onSendProgress();
    }

    private void submit(final List<Long> ids, final List<CoordinatorMsg> msgs) {
        if (!msgs.isEmpty()) {
            coordinator.tell(new CoordinatorCmd.Submit(List.copyOf(ids), List.copyOf(msgs), self));
        }
    }

    private Behavior<ControlMsg> onAnswered(final Answered answered) {
        for (int i = 0; i < answered.ids().size(); i++) {
            outbox.answered(answered.ids().get(i), answered.refusals().get(i));
        }
        return Behaviors.same();
    }

    private Behavior<ControlMsg> onPublish(final Publish publish) {
        membership.state().ifPresent(state -> state.incarnation(membership.incarnation())
                .ifPresent(self -> state.members()
                        .forEach(member -> control(member).tell(new Snapshot(self.id(), publish.bytes())))));
        return Behaviors.same();
    }

    private ActorRef<ControlMsg> control(final Member member) {
        return member.incarnation() == membership.incarnation()
                ? context.getSelf()
                : remote(context.getSystem(), member);
    }

    /** The control actor of another member. */
    static ActorRef<ControlMsg> remote(final akka.actor.typed.ActorSystem<?> system, final Member member) {
        return ActorRefResolver.get(system)
                .resolveActorRef("akka://" + ClusterMember.SYSTEM + "@" + member.address() + "/user/" + NAME);
    }

    private Behavior<ControlMsg> onSnapshot(final Snapshot snapshot) {
        listener.onSnapshot(snapshot.member(), snapshot.bytes());
        return Behaviors.same();
    }

    private Behavior<ControlMsg> onQuestion(final Question question) {
        final ActorRef<Reply> asker = ActorRefResolver.get(context.getSystem()).resolveActorRef(question.replyTo());
        listener.onQuestion(question.text())
                .whenComplete((answer, failure) -> asker.tell(
                        failure == null
                                ? new Reply(true, answer)
                                : new Reply(false, String.valueOf(failure.getMessage()))));
        return Behaviors.same();
    }

    private Behavior<ControlMsg> onLeave(final Leave leave) {
        final Optional<Member> self = membership.state().flatMap(state -> state.incarnation(membership.incarnation()));
        if (self.isEmpty()) {
            leave.done().complete(Optional.empty());
        } else {
            membership.leaving();
            request(new CoordinatorMsg.Left(self.get().id(), leave.counters()), leave.done());
        }
        return Behaviors.same();
    }

    private Behavior<ControlMsg> onPostStop() {
        lifelines.close();
        outbox.close();
        return Behaviors.same();
    }
}
