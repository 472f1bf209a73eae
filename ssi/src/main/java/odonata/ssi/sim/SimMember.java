package odonata.ssi.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import odonata.actors.netisr.PartitionEvents;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.membership.CoordinatorMsg;
import odonata.ssi.membership.Member;
import odonata.ssi.membership.MemberControl;
import odonata.ssi.membership.MemberListener;
import odonata.ssi.membership.Outbox;
import odonata.ssi.membership.Progress;

/** A member's end of the simulated control plane; repeats what is unanswered, as the real one does. */
public final class SimMember implements MemberControl {
    private static final int MAX_ATTEMPTS = 10_000;

    private final SimControlPlane plane;
    private final long incarnation;
    private final MemberListener listener;
    private final Outbox outbox = new Outbox(MAX_ATTEMPTS);
    private final CompletableFuture<Member> joined = new CompletableFuture<>();
    private Optional<ClusterState> state = Optional.empty();
    private boolean alive = true;
    private boolean ticking;

    SimMember(final SimControlPlane plane, final long incarnation, final MemberListener listener) {
        this.plane = plane;
        this.incarnation = incarnation;
        this.listener = listener;
    }

    void begin(final CoordinatorMsg.Joining joining) {
        final var unused = submit(joining)
                .thenAccept(refusal -> refusal.ifPresent(why ->
                        joined.completeExceptionally(new IllegalStateException("not taken as a member: " + why))));
    }

    /** Number of this start of a process. */
    public long incarnation() {
        return incarnation;
    }

    /** False after a crash or a departure. */
    public boolean alive() {
        return alive;
    }

    /** Its entry in the newest state that it has, if it has one. */
    public Optional<Member> self() {
        return state.flatMap(newest -> newest.incarnation(incarnation));
    }

    @Override
    public CompletionStage<Member> joined() {
        return joined;
    }

    @Override
    public Optional<ClusterState> state() {
        return state;
    }

    @Override
    public PartitionEvents partitionEvents() {
        return Progress.to(progress -> ifAlive(() -> {
            outbox.note(progress);
            sendProgress();
            tick();
        }));
    }

    @Override
    public CompletionStage<Optional<String>> submit(final CoordinatorMsg msg) {
        final CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        final long id = outbox.add(msg, answer);
        if (id != 0 && alive) {
            send(Map.of(id, msg));
            tick();
        }
        return answer;
    }

    @Override
    public CompletionStage<Void> leave(final Map<String, Long> counters) {
        return joined.thenCompose(self -> submit(new CoordinatorMsg.Left(self.id(), counters)))
                .thenAccept(answer -> plane.left(this));
    }

    void deliver(final ClusterState next) {
        if (state.isPresent() && state.get().version() >= next.version()) {
            return;
        }
        state = Optional.of(next);
        self().ifPresent(joined::complete);
        listener.onState(next);
    }

    void ifAlive(final Runnable event) {
        if (alive) {
            event.run();
        }
    }

    void stop() {
        alive = false;
        outbox.close();
    }

    private void sendProgress() {
        final List<CoordinatorMsg> unseen = state.map(outbox::unseen).orElse(List.of());
        if (!unseen.isEmpty()) {
            plane.send(this, unseen, ignored -> {});
        }
    }

    private void send(final Map<Long, CoordinatorMsg> requests) {
        final List<Long> ids = new ArrayList<>(requests.keySet());
        plane.send(this, new ArrayList<>(requests.values()), refusals -> {
            for (int i = 0; i < ids.size(); i++) {
                outbox.answered(ids.get(i), refusals.get(i).orElse(""));
            }
        });
    }

    /** Repeats after a pause, for as long as something is unanswered: so a settled cluster is quiet. */
    private void tick() {
        if (!ticking) {
            ticking = true;
            plane.repeat(() -> {
                ticking = false;
                ifAlive(this::repeatUnanswered);
            });
        }
    }

    private void repeatUnanswered() {
        final Map<Long, CoordinatorMsg> due = outbox.due();
        if (!due.isEmpty()) {
            send(due);
        }
        sendProgress();
        if (!due.isEmpty()
                || state.filter(newest -> !outbox.unseen(newest).isEmpty()).isPresent()) {
            tick();
        }
    }
}
