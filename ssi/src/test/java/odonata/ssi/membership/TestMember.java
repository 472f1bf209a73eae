package odonata.ssi.membership;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import odonata.ssi.partition.Balanced;

/** A member whose CPUs do at once what a map says, and that drains when told to. */
final class TestMember implements MemberListener, AutoCloseable {
    final List<Long> stateVersions = new CopyOnWriteArrayList<>();
    final List<Long> mapVersions = new CopyOnWriteArrayList<>();
    final Map<Integer, String> snapshots = new ConcurrentHashMap<>();
    final CompletableFuture<StopReason> stopped = new CompletableFuture<>();
    /** Long, as all members share a process and its pauses. */
    private static final Duration HEARTBEAT_PAUSE = Duration.ofSeconds(10);

    final CompletableFuture<ClusterMember> self = new CompletableFuture<>();
    volatile boolean reporting = true;
    volatile boolean stoppingIntake = true;

    static TestMember start(final List<String> seeds, final Optional<String> secret) {
        return start(seeds, secret, 2);
    }

    static TestMember start(final List<String> seeds, final Optional<String> secret, final int cpus) {
        return start(seeds, secret, cpus, HEARTBEAT_PAUSE);
    }

    static TestMember start(
            final List<String> seeds, final Optional<String> secret, final int cpus, final Duration heartbeatPause) {
        final TestMember member = new TestMember();
        member.self.complete(ClusterMember.start(
                new ClusterMemberSettings(
                        "test",
                        "127.0.0.1",
                        0,
                        seeds,
                        secret,
                        cpus,
                        "http://h",
                        "127.0.0.1:1",
                        new Balanced(),
                        heartbeatPause),
                member,
                System::currentTimeMillis));
        return member;
    }

    ClusterMember control() {
        return self.join();
    }

    String address() {
        return control().address();
    }

    int id() {
        return get(control().joined()).id();
    }

    ClusterState state() {
        return control().state().orElseThrow();
    }

    static <T> T get(final CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(240, TimeUnit.SECONDS).join();
    }

    @Override
    public void onState(final ClusterState state) {
        stateVersions.add(state.version());
        if (mapVersions.isEmpty()
                || mapVersions.get(mapVersions.size() - 1) != state.map().version()) {
            mapVersions.add(state.map().version());
        }
        if (reporting) {
            report(state);
        }
        self.minimalCompletionStage().thenAccept(control -> control.state()
                .flatMap(newest -> newest.members().stream()
                        .filter(member -> member.address().equals(control.address()))
                        .findFirst())
                .ifPresent(member -> step(control, member)));
    }

    /** Reports all that the map of {@code state} asks of this member's CPUs as done. */
    void report(final ClusterState state) {
        self.minimalCompletionStage().thenAccept(control -> state.members().stream()
                .filter(member -> member.address().equals(control.address()))
                .findFirst()
                .ifPresent(member -> state.cpusOf(member.id()).forEach(cpu -> {
                    control.partitionEvents().applied(cpu, state.map().version());
                    if (state.listed(cpu)) {
                        control.partitionEvents().tookOver(cpu, state.map().version());
                    } else if (member.drain() == DrainStage.PASSING) {
                        control.partitionEvents().left(cpu, state.map().version());
                    }
                })));
    }

    private void step(final ClusterMember control, final Member member) {
        if (member.drain() == DrainStage.INTAKE && stoppingIntake) {
            control.intakeStopped();
        } else if (member.drain() == DrainStage.RELEASED) {
            control.leave(Map.of("packets", 100L + member.id()));
        }
    }

    @Override
    public void onSnapshot(final int member, final byte[] snapshot) {
        snapshots.put(member, new String(snapshot, StandardCharsets.UTF_8));
    }

    @Override
    public CompletionStage<String> onQuestion(final String question) {
        return question.startsWith("refuse")
                ? CompletableFuture.failedFuture(new IllegalStateException("will not " + question))
                : CompletableFuture.completedFuture("heard " + question);
    }

    @Override
    public void onStopped(final StopReason reason) {
        stopped.complete(reason);
    }

    @Override
    public void close() {
        control().close();
        stopped.join();
    }
}
