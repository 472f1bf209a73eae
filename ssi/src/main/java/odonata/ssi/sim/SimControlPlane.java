package odonata.ssi.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import odonata.actors.cpu.Conductor;
import odonata.protocol.clock.Seed;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.membership.Coordinator;
import odonata.ssi.membership.CoordinatorMsg;
import odonata.ssi.membership.MemberListener;
import odonata.ssi.partition.Placement;

/**
 * The control plane in virtual time: the real {@link Coordinator}, with states, reports and answers delayed, lost and repeated,
 * repeated by chance. Its host is the oldest member; when that dies, the next one resumes from the newest state that a living
 * member has. Thread: the conductor's.
 */
public final class SimControlPlane {
    private static final long NS_PER_MS = 1_000_000;

    private final Conductor conductor;
    private final Seed seed;
    private final SimSettings settings;
    private final Placement placement;
    private final List<SimMember> members = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private Coordinator coordinator;
    private boolean hosted = true;
    private long incarnations;

    /** An answer that is sent when every living member has the state that it follows from. */
    private record Waiting(long version, Runnable answer) {}

    /** A control plane without members. */
    public SimControlPlane(
            final Conductor conductor,
            final Seed seed,
            final SimSettings settings,
            final String cluster,
            final Placement placement) {
        this.conductor = conductor;
        this.seed = seed;
        this.settings = settings;
        this.placement = placement;
        this.coordinator = Coordinator.create(cluster, placement);
    }

    /** A process begins to join. */
    public SimMember join(final int cpus, final MemberListener listener) {
        final long incarnation = ++incarnations;
        final SimMember member = new SimMember(this, incarnation, listener);
        members.add(member);
        member.begin(new CoordinatorMsg.Joining(incarnation, "sim:" + incarnation, "", "sim:" + incarnation, cpus));
        return member;
    }

    /** The process is dead from now on; the others know after the detection time. */
    public void crash(final SimMember member) {
        final boolean wasHost = isHost(member);
        remove(member);
        if (wasHost) {
            hosted = false;
        }
        conductor.at(conductor.nowNs() + settings.detectNs(), () -> {
            if (wasHost) {
                takeOver();
            }
            tellDead(member);
        });
    }

    /** The newest state of the coordinator. */
    public ClusterState state() {
        return coordinator.state();
    }

    /** Living processes, oldest first. */
    public List<SimMember> members() {
        return List.copyOf(members);
    }

    void left(final SimMember member) {
        final boolean wasHost = isHost(member);
        remove(member);
        if (wasHost) {
            takeOver();
        }
    }

    private boolean isHost(final SimMember member) {
        return !members.isEmpty() && members.get(0) == member;
    }

    private void remove(final SimMember member) {
        member.stop();
        members.remove(member);
        answerWhatAllHave();
    }

    private void tellDead(final SimMember member) {
        if (!hosted) {
            conductor.at(conductor.nowNs() + settings.repeatNs(), () -> tellDead(member));
            return;
        }
        coordinator
                .state()
                .incarnation(member.incarnation())
                .ifPresent(dead -> handle(List.of(new CoordinatorMsg.Dead(dead.id())), ignored -> {}));
    }

    private void takeOver() {
        final Optional<ClusterState> newest = members.stream()
                .flatMap(member -> member.state().stream())
                .max((a, b) -> Long.compare(a.version(), b.version()));
        hosted = true;
        waiting.clear();
        newest.ifPresent(state -> coordinator = Coordinator.resume(state, placement, nowMs()));
        publish();
    }

    /** Messages of a member, maybe lost on the way; the answers go the same way back. */
    void send(final SimMember from, final List<CoordinatorMsg> msgs, final Consumer<List<Optional<String>>> answer) {
        later(() -> {
            if (hosted) {
                handle(msgs, refusals -> later(() -> from.ifAlive(() -> answer.accept(refusals))));
            }
        });
    }

    private void handle(final List<CoordinatorMsg> msgs, final Consumer<List<Optional<String>>> answer) {
        final long before = coordinator.state().version();
        final List<Optional<String>> refusals = coordinator.handleAll(msgs, nowMs());
        waiting.add(new Waiting(coordinator.state().version(), () -> answer.accept(refusals)));
        if (coordinator.state().version() != before) {
            publish();
        }
        answerWhatAllHave();
    }

    private void publish() {
        members.forEach(this::tell);
    }

    /** Brings the newest state to a member; what is lost is sent again later, as it is then. */
    void tell(final SimMember member) {
        final ClusterState state = coordinator.state();
        conductor.at(
                conductor.nowNs() + delay(),
                () -> member.ifAlive(() -> {
                    if (seed.chance(settings.controlDrop())) {
                        conductor.at(conductor.nowNs() + settings.repeatNs(), () -> member.ifAlive(() -> tell(member)));
                        return;
                    }
                    member.deliver(state);
                    if (seed.chance(settings.controlDuplicate())) {
                        conductor.at(conductor.nowNs() + delay(), () -> member.ifAlive(() -> member.deliver(state)));
                    }
                    answerWhatAllHave();
                }));
    }

    private void answerWhatAllHave() {
        final long everywhere = members.stream()
                .mapToLong(member -> member.state().map(ClusterState::version).orElse(0L))
                .min()
                .orElse(Long.MAX_VALUE);
        final List<Waiting> due =
                waiting.stream().filter(each -> each.version() <= everywhere).toList();
        waiting.removeAll(due);
        due.forEach(each -> each.answer().run());
    }

    /** Runs {@code event} after the usual delay, or never. */
    private void later(final Runnable event) {
        final long delayNs = delay();
        if (!seed.chance(settings.controlDrop())) {
            conductor.at(conductor.nowNs() + delayNs, event);
        }
    }

    private long delay() {
        return settings.controlNs()
                + (settings.controlJitterNs() == 0 ? 0 : seed.nextInt((int) settings.controlJitterNs()));
    }

    private long nowMs() {
        return conductor.nowNs() / NS_PER_MS;
    }

    /** Runs {@code event} when it is time to repeat. */
    void repeat(final Runnable event) {
        conductor.at(conductor.nowNs() + settings.repeatNs(), event);
    }
}
