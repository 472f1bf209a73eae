package odonata.ssi.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import odonata.protocol.flow.BucketMap;
import odonata.ssi.membership.MemberListener.StopReason;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several members in one process, on loopback and free ports. */
@Tag("slow")
class ClusterMemberTest {
    private final List<TestMember> members = new ArrayList<>();

    @BeforeAll
    static void patience() {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(4));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(20));
    }

    @AfterEach
    void stopAll() {
        members.forEach(TestMember::close);
    }

    @Test
    void shouldFormMoveDrainAndCrash() {
        final TestMember one = member();
        final TestMember two = member(one);
        final TestMember three = member(one);
        settled(3);
        assertThat(List.of(one.id(), two.id(), three.id())).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(spread(one.state())).isLessThanOrEqualTo(1);
        assertThat(one.control().coordinatorHost()).contains(one.id());

        exchange(one, two, three);
        requests(one, two);
        drain(two, one, three);
        final TestMember four = member(three);
        settled(3);
        killTheCoordinatorsHost(one, three, four);
        for (final TestMember each : members) {
            assertThat(each.stateVersions).isSorted().doesNotHaveDuplicates();
            assertThat(each.mapVersions).isSorted().doesNotHaveDuplicates();
        }
    }

    private void exchange(final TestMember one, final TestMember two, final TestMember three) {
        two.control().publishSnapshot("two's figures".getBytes(StandardCharsets.UTF_8));
        await().until(() -> List.of(one, two, three).stream()
                .allMatch(each -> "two's figures".equals(each.snapshots.get(two.id()))));
        assertThat(TestMember.get(one.control().ask(three.id(), "hello", Duration.ofSeconds(5))))
                .isEqualTo("heard hello");
        assertThat(one.control().ask(three.id(), "refuse", Duration.ofSeconds(5)))
                .failsWithin(Duration.ofMinutes(2))
                .withThrowableThat()
                .withMessageContaining("will not refuse");
        assertThat(one.control().ask(99, "hello", Duration.ofSeconds(5)))
                .failsWithin(Duration.ofMinutes(2))
                .withThrowableThat()
                .withMessageContaining("no member 99");
        await().until(() -> one.control().suspicion().size() == 2);
    }

    private void requests(final TestMember one, final TestMember two) {
        assertThat(TestMember.get(two.control().drain(99)).orElseThrow()).contains("no member 99");
        assertThat(TestMember.get(two.control().wirePeerAdded(new WirePeer(7, "10.0.0.0/8", "127.0.0.1:9"))))
                .isEmpty();
        assertThat(TestMember.get(two.control().note(EventKind.LOAD, 0, "load started")))
                .isEmpty();
        await().until(() -> one.state().wirePeers().size() == 1);
        final List<Long> load = new ArrayList<>(Collections.nCopies(BucketMap.BUCKETS, 1L));
        load.set(0, 50L);
        load.set(1, 50L);
        assertThat(TestMember.get(two.control().rebalance(load))).isEmpty();
        await().until(() ->
                one.state().settled() && one.state().events().stream().anyMatch(e -> e.kind() == EventKind.REBALANCE));
    }

    private void drain(final TestMember leaver, final TestMember... others) {
        final int id = leaver.id();
        assertThat(TestMember.get(others[0].control().drain(id))).isEmpty();
        assertThat(TestMember.get(leaver.stopped)).isEqualTo(StopReason.LEFT);
        members.remove(leaver);
        settled(2);
        final Departed departed = others[0].state().departed().get(0);
        assertThat(departed.state()).isEqualTo(MemberState.LEFT);
        assertThat(departed.counters()).containsEntry("packets", 100L + id);
    }

    private void killTheCoordinatorsHost(final TestMember host, final TestMember three, final TestMember four) {
        final int dead = host.id();
        host.control().close();
        members.remove(host);
        settledWithin(Duration.ofMinutes(4), 2);
        final ClusterState state = three.state();
        assertThat(state.member(dead)).isEmpty();
        assertThat(state.departed()).anyMatch(gone -> gone.id() == dead && gone.state() == MemberState.DOWN);
        assertThat(Arrays.stream(state.map().owners())).allMatch(state::listed);
        assertThat(TestMember.get(four.control().note(EventKind.LOAD, 0, "still works")))
                .isEmpty();
    }

    @Test
    void shouldLearnWhatWasReportedToADeadCoordinator() {
        final TestMember one = member();
        final TestMember two = member(one);
        final TestMember three = member(one);
        settled(3);
        two.reporting = false;
        three.reporting = false;
        final TestMember four = member(one);
        four.reporting = false;
        await().until(() ->
                four.control().state().filter(state -> !state.moves().isEmpty()).isPresent());
        final ClusterState moving = four.state();
        one.control().close();
        members.remove(one);
        two.report(moving);
        three.report(moving);
        four.report(moving);
        List.of(two, three, four).forEach(each -> each.reporting = true);
        settled(3);
        assertThat(two.state().map().version()).isGreaterThan(moving.map().version() + Coordinator.MAP_GAP);
    }

    /** Silence would take its time: the failure detectors here allow a pause of ten minutes. */
    @Test
    void shouldPutOutAtOnceAMemberWhoseProcessHasEnded() {
        final Duration forgiving = Duration.ofMinutes(10);
        for (int i = 0; i < 3; i++) {
            final TestMember member = TestMember.start(
                    members.stream().limit(1).map(TestMember::address).toList(), Optional.empty(), 2, forgiving);
            members.add(member);
            final var unused = member.control().ready();
        }
        settled(3);
        final TestMember host = members.remove(0);
        final int dead = host.id();
        host.control().close();

        settled(2);
        assertThat(members.get(0).state().departed())
                .anyMatch(gone -> gone.id() == dead && gone.state() == MemberState.DOWN);
    }

    private TestMember member(final TestMember... seeds) {
        final TestMember member =
                TestMember.start(Arrays.stream(seeds).map(TestMember::address).toList(), Optional.empty());
        members.add(member);
        final var unused = member.control().ready();
        return member;
    }

    private void settled(final int count) {
        settledWithin(Duration.ofMinutes(4), count);
    }

    private void settledWithin(final Duration limit, final int count) {
        await().atMost(limit).until(() -> members.stream().allMatch(each -> each.control()
                .state()
                .filter(state -> state.members().size() == count
                        && state.members().stream().allMatch(member -> member.state() == MemberState.UP)
                        && state.settled()
                        && !state.levelling()
                        && state.map().cpus().length == 2 * count)
                .isPresent()));
    }

    private static int spread(final ClusterState state) {
        final var counts = Arrays.stream(state.map().cpus())
                .map(cpu -> (int) Arrays.stream(state.map().owners())
                        .filter(owner -> owner == cpu)
                        .count())
                .summaryStatistics();
        return counts.getMax() - counts.getMin();
    }
}
