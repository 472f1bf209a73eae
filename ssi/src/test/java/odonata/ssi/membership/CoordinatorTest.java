package odonata.ssi.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import odonata.protocol.flow.BucketMap;
import odonata.ssi.membership.CoordinatorMsg.Applied;
import odonata.ssi.membership.CoordinatorMsg.Dead;
import odonata.ssi.membership.CoordinatorMsg.Drain;
import odonata.ssi.membership.CoordinatorMsg.DrainedIntake;
import odonata.ssi.membership.CoordinatorMsg.Joining;
import odonata.ssi.membership.CoordinatorMsg.Left;
import odonata.ssi.membership.CoordinatorMsg.LinkBroken;
import odonata.ssi.membership.CoordinatorMsg.Note;
import odonata.ssi.membership.CoordinatorMsg.Passed;
import odonata.ssi.membership.CoordinatorMsg.Ready;
import odonata.ssi.membership.CoordinatorMsg.Rebalance;
import odonata.ssi.membership.CoordinatorMsg.TookOver;
import odonata.ssi.membership.CoordinatorMsg.WirePeerAdded;
import odonata.ssi.membership.CoordinatorMsg.WirePeerRemoved;
import odonata.ssi.partition.Balanced;
import odonata.ssi.partition.Ncpus2Mask;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CoordinatorTest {
    private Coordinator coordinator = Coordinator.create("demo", new Balanced());
    private long now;

    @Nested
    class WhenMembersJoin {
        @Test
        void shouldGiveIdsInJoinOrder() {
            join(1, 2);
            join(2, 3);
            assertThat(state().incarnation(1).orElseThrow().id()).isEqualTo(1);
            assertThat(state().incarnation(2).orElseThrow().id()).isEqualTo(2);
            assertThat(state().cpusOf(1)).containsExactly(0, 1);
            assertThat(state().cpusOf(2)).containsExactly(2, 3, 4);
        }

        @Test
        void shouldNeverGiveIdsAgainWhenMembersHaveGone() {
            up(1, 2);
            up(2, 2);
            ok(new Dead(2));
            join(3, 1);
            assertThat(state().incarnation(3).orElseThrow().id()).isEqualTo(3);
            assertThat(state().cpusOf(3)).containsExactly(4);
        }

        @Test
        void shouldChangeNothingWhenJoiningIsRepeated() {
            join(1, 2);
            final ClusterState before = state();
            join(1, 2);
            assertThat(state()).isSameAs(before);
        }

        @Test
        void shouldReplaceTheDeadOneWhenItsAddressComesBack() {
            up(1, 2);
            up(2, 2);
            ok(new Joining(77, "host:2", "", "", 2));
            assertThat(state().departed()).extracting(Departed::id).containsExactly(2);
            assertThat(state().incarnation(77).orElseThrow().id()).isEqualTo(3);
        }

        @Test
        void shouldGiveAllBucketsToTheFirstThatIsReady() {
            join(1, 4);
            assertThat(state().map().version()).isZero();
            ok(new Ready(1));
            assertThat(state().map().version()).isEqualTo(1);
            assertThat(state().map().settled()).isTrue();
            assertThat(countOf(0)).isEqualTo(64);
            assertThat(state().map().cpus()).containsExactly(0, 1, 2, 3);
        }

        @Test
        void shouldListNeitherCpusNorBucketsWhenNotReady() {
            up(1, 4);
            join(2, 4);
            assertThat(state().map().cpus()).containsExactly(0, 1, 2, 3);
        }

        @Test
        void shouldPullJustEnoughWhenReady() {
            up(1, 4);
            join(2, 4);
            ok(new Ready(2));
            assertThat(state().moves()).hasSize(128);
            assertThat(countOf(7)).isEqualTo(32);
            for (final Move move : state().moves()) {
                assertThat(state().map().from(move.bucket())).isBetween(0, 3);
                assertThat(move.since()).isEqualTo(state().map().version());
            }
            settle();
            assertThat(state().map().settled()).isTrue();
            assertThat(state().levelling()).isFalse();
        }

        @Test
        void shouldRefuseWhenTheNumberOfCpusIsAbsurd() {
            assertThat(refusal(new Joining(1, "host:1", "", "", 0))).contains("1..64");
            assertThat(refusal(new Joining(1, "host:1", "", "", 65))).contains("wants 65");
        }
    }

    @Nested
    class WhileBucketsMove {
        @Test
        void shouldNotMoveThemAgainWhenAnotherMemberBecomesReady() {
            up(1, 4);
            join(2, 4);
            join(3, 4);
            ok(new Ready(2));
            final BucketMap before = state().map();
            final List<Move> moving = state().moves();
            ok(new Ready(3));
            for (final Move move : moving) {
                assertThat(state().map().owner(move.bucket())).isEqualTo(before.owner(move.bucket()));
                assertThat(state().map().from(move.bucket())).isEqualTo(before.from(move.bucket()));
                assertThat(state().moves()).contains(move);
            }
            settle();
            assertThat(spread()).isLessThanOrEqualTo(1);
        }

        @Test
        void shouldClearFromWhenTheNewOwnerTookOver() {
            up(1, 1);
            join(2, 2);
            ok(new Ready(2));
            final long version = state().map().version();
            ok(new TookOver(1, version));
            assertThat(state().moves())
                    .isNotEmpty()
                    .allMatch(move -> state().map().owner(move.bucket()) == 2);
            assertThat(state().map().version()).isEqualTo(version + 1);
        }

        @Test
        void shouldIgnoreReportsOfOlderVersionsWhenTheMoveIsYounger() {
            up(1, 1);
            join(2, 1);
            ok(new Ready(2));
            final ClusterState before = state();
            ok(new TookOver(1, before.map().version() - 1));
            assertThat(state().moves()).isEqualTo(before.moves());
        }

        @Test
        void shouldStartWithoutStateWhenTheGiverDies() {
            up(1, 1);
            up(2, 1);
            join(3, 1);
            ok(new Ready(3));
            final List<Move> moving = state().moves();
            final BucketMap before = state().map();
            ok(new Dead(2));
            final BucketMap after = state().map();
            assertThat(moving).anyMatch(move -> before.from(move.bucket()) == 1);
            for (final Move move : moving) {
                final int giver = before.from(move.bucket());
                assertThat(after.owner(move.bucket())).isEqualTo(2);
                assertThat(after.from(move.bucket())).isEqualTo(giver == 1 ? BucketMap.NONE : giver);
            }
            assertThat(after.cpus()).containsExactly(0, 2);
            assertThat(Arrays.stream(after.owners())).containsOnly(0, 2);
        }

        @Test
        void shouldNameAnotherOwnerAndKeepTheGiverWhenTheTakerDies() {
            up(1, 1);
            up(2, 1);
            join(3, 1);
            ok(new Ready(3));
            final BucketMap before = state().map();
            final List<Move> moving = state().moves();
            ok(new Dead(3));
            final BucketMap after = state().map();
            for (final Move move : moving) {
                final int giver = before.from(move.bucket());
                final int owner = after.owner(move.bucket());
                assertThat(owner).isBetween(0, 1);
                assertThat(after.from(move.bucket())).isEqualTo(owner == giver ? BucketMap.NONE : giver);
            }
            assertThat(state().moves()).isNotEmpty().allMatch(move -> move.since() == after.version());
        }
    }

    @Nested
    class WhenAMemberDies {
        @Test
        void shouldHouseItsBucketsAndListWhatIsLost() {
            up(1, 2);
            up(2, 2);
            final int owned = countOf(2) + countOf(3);
            ok(new Dead(2));
            assertThat(owned).isEqualTo(128);
            assertThat(state().map().settled()).isTrue();
            assertThat(spread()).isLessThanOrEqualTo(1);
            assertThat(state().departed().get(0).state()).isEqualTo(MemberState.DOWN);
            assertThat(lastEvent(EventKind.CRASH).text()).contains("lost the flows of buckets");
        }

        @Test
        void shouldHaveAMapWithoutOwnersWhenItWasTheOnlyOne() {
            up(1, 2);
            ok(new Dead(1));
            assertThat(state().map().cpus()).isEmpty();
            up(2, 1);
            assertThat(countOf(2)).isEqualTo(BucketMap.BUCKETS);
        }
    }

    @Nested
    class WhenALinkBreaksBetweenTwoThatLive {
        private List<Integer> members() {
            return state().members().stream().map(Member::id).toList();
        }

        @Test
        void shouldPutTheYoungerOutWhoeverOfThemSaysSo() {
            up(1, 1);
            up(2, 1);
            up(3, 1);
            ok(new LinkBroken(1, 2));
            settle();
            assertThat(members()).containsExactly(1, 3);
            assertThat(countOf(0) + countOf(2)).isEqualTo(BucketMap.BUCKETS);
            assertThat(lastEvent(EventKind.ERROR).text()).contains("link from member 1 to member 2");
            ok(new LinkBroken(3, 1));
            assertThat(members()).containsExactly(1);
        }

        @Test
        void shouldPutTheOneOutThatIsNotUpYet() {
            join(1, 1);
            up(2, 1);
            ok(new LinkBroken(2, 1));
            assertThat(members()).containsExactly(2);
        }

        @Test
        void shouldChangeNothingWhenOneOfThemIsGone() {
            up(1, 1);
            up(2, 1);
            ok(new Dead(2));
            final ClusterState before = state();
            ok(new LinkBroken(1, 2));
            ok(new LinkBroken(2, 1));
            assertThat(state()).isSameAs(before);
        }
    }

    @Nested
    class WhenAMemberDrains {
        @Test
        void shouldRefuseWhenItIsTheLast() {
            up(1, 4);
            assertThat(refusal(new Drain(1))).contains("last").contains("start another member");
        }

        @Test
        void shouldRefuseWhenAllOthersDrainOrJoin() {
            up(1, 1);
            up(2, 1);
            join(3, 1);
            ok(new Drain(2));
            assertThat(refusal(new Drain(1))).contains("last");
            assertThat(refusal(new Drain(3))).contains("still joining");
            assertThat(refusal(new Drain(9))).contains("no member 9").contains("1-3");
        }

        @Test
        void shouldKeepItsBucketsUntilItsDevicesHaveStopped() {
            up(1, 2);
            up(2, 2);
            ok(new Drain(2));
            assertThat(countOf(2)).isEqualTo(64);
            ok(new DrainedIntake(2));
            assertThat(countOf(2)).isZero();
            assertThat(state().moves()).hasSize(128);
        }

        @Test
        void shouldStayListedUntilAllIsTakenOver() {
            up(1, 2);
            up(2, 2);
            ok(new Drain(2));
            ok(new DrainedIntake(2));
            ok(new TookOver(0, state().map().version()));
            assertThat(state().map().cpus()).containsExactly(0, 1, 2, 3);
            ok(new TookOver(1, state().map().version()));
            assertThat(state().map().cpus()).containsExactly(0, 1);
            assertThat(stage(2)).isEqualTo(DrainStage.PASSING);
        }

        @Test
        void shouldBeReleasedWhenAllOthersSteerPastIt() {
            up(1, 2);
            up(2, 2);
            ok(new Drain(2));
            ok(new DrainedIntake(2));
            ok(new TookOver(0, state().map().version()));
            ok(new TookOver(1, state().map().version()));
            final long version = state().map().version();
            ok(new Passed(2, version));
            ok(new Passed(3, version));
            ok(new Applied(0, version));
            assertThat(stage(2)).isEqualTo(DrainStage.PASSING);
            ok(new Applied(1, version));
            assertThat(stage(2)).isEqualTo(DrainStage.RELEASED);
            ok(new Left(2, Map.of("net.netisr.packets", 17L)));
            assertThat(state().departed().get(0).state()).isEqualTo(MemberState.LEFT);
            assertThat(state().departed().get(0).counters()).containsEntry("net.netisr.packets", 17L);
            assertThat(lastEvent(EventKind.LEAVE).text()).contains("no bucket lost");
        }

        @Test
        void shouldMoveNothingElseWhileOneIsPassedBy() {
            up(1, 1);
            up(2, 1);
            join(3, 1);
            ok(new Drain(2));
            ok(new DrainedIntake(2));
            ok(new TookOver(0, state().map().version()));
            assertThat(stage(2)).isEqualTo(DrainStage.PASSING);
            ok(new Ready(3));
            assertThat(state().moves()).isEmpty();
            assertThat(refusal(new Rebalance(Collections.nCopies(BucketMap.BUCKETS, 1L))))
                    .contains("about to leave");
            settle();
            assertThat(stage(2)).isEqualTo(DrainStage.RELEASED);
            assertThat(countOf(2)).isEqualTo(128);
        }

        @Test
        void shouldCallItOffWhenTheOthersDie() {
            up(1, 1);
            up(2, 1);
            ok(new Drain(2));
            ok(new DrainedIntake(2));
            ok(new Dead(1));
            assertThat(state().member(2).orElseThrow().state()).isEqualTo(MemberState.UP);
            assertThat(countOf(1)).isEqualTo(BucketMap.BUCKETS);
            assertThat(lastEvent(EventKind.DRAIN).text()).contains("called off");
        }

        @Test
        void shouldWaitForABucketThatIsStillOnItsWayToIt() {
            up(1, 1);
            up(2, 1);
            join(3, 1);
            ok(new Ready(3));
            ok(new Drain(3));
            ok(new DrainedIntake(3));
            assertThat(countOf(2)).isPositive();
            ok(new TookOver(2, state().map().version()));
            assertThat(countOf(2)).isZero();
            settle();
            assertThat(stage(3)).isEqualTo(DrainStage.RELEASED);
        }
    }

    @Nested
    class WhenTheCoordinatorMoves {
        @Test
        void shouldResumeWithANewVersionAndTheSameMoves() {
            up(1, 2);
            join(2, 2);
            ok(new Ready(2));
            final ClusterState before = state();
            coordinator = Coordinator.resume(before, new Balanced(), now);
            assertThat(state().version()).isGreaterThan(before.version() + 1);
            assertThat(state().map().version()).isGreaterThan(before.map().version() + 1);
            assertThat(state().moves()).isEqualTo(before.moves());
            assertThat(state().map().owners()).isEqualTo(before.map().owners());
            settle();
            assertThat(state().moves()).isEmpty();
            join(3, 1);
            assertThat(state().cpusOf(3)).containsExactly(4);
        }
    }

    @Nested
    class Rebalancing {
        @Test
        void shouldMoveFewBucketsAndNotMoveThemBack() {
            up(1, 2);
            up(2, 2);
            final List<Long> load = new ArrayList<>(Collections.nCopies(BucketMap.BUCKETS, 1L));
            IntStream.range(0, BucketMap.BUCKETS)
                    .filter(b -> state().map().owner(b) == 0)
                    .limit(8)
                    .forEach(b -> load.set(b, 100L));
            ok(new Rebalance(load));
            assertThat(state().moves()).hasSizeBetween(1, 16);
            final int[] owners = state().map().owners();
            settle();
            assertThat(state().map().owners()).isEqualTo(owners);
        }

        @Test
        void shouldRefuseWhenThePlacementFixesAll() {
            coordinator = Coordinator.create("demo", new Ncpus2Mask());
            up(1, 2);
            assertThat(refusal(new Rebalance(Collections.nCopies(BucketMap.BUCKETS, 1L))))
                    .contains("fixes every bucket");
        }

        @Test
        void shouldRefuseWhenTheFiguresAreNotOneForEachBucket() {
            up(1, 2);
            assertThat(refusal(new Rebalance(List.of(1L)))).contains("256");
            assertThat(refusal(new Rebalance(Collections.nCopies(BucketMap.BUCKETS, -1L))))
                    .contains("negative");
        }
    }

    @Nested
    class Bookkeeping {
        @Test
        void shouldKeepTheLastEventsOnly() {
            for (int i = 0; i < 500; i++) {
                ok(new Note(EventKind.LOAD, 0, "load " + i));
            }
            assertThat(state().events()).hasSize(Coordinator.MAX_EVENTS);
            assertThat(state().events().get(0).id()).isEqualTo(301);
            assertThat(state().events().get(199).text()).isEqualTo("load 499");
        }

        @Test
        void shouldAddUpTheCountersOfThoseLongGone() {
            for (int i = 1; i <= Coordinator.MAX_DEPARTED + 3; i++) {
                join(i, 1);
                ok(new Left(i, Map.of("packets", 10L)));
            }
            assertThat(state().departed()).hasSize(Coordinator.MAX_DEPARTED);
            assertThat(state().forgotten()).containsEntry("packets", 30L);
        }

        @Test
        void shouldKnowTheWirePeers() {
            ok(new WirePeerAdded(new WirePeer(7, "10.0.0.0/8", "127.0.0.1:9")));
            ok(new WirePeerAdded(new WirePeer(3, "11.0.0.0/8", "127.0.0.1:8")));
            assertThat(state().wirePeers()).extracting(WirePeer::client).containsExactly(3L, 7L);
            ok(new WirePeerRemoved(7));
            assertThat(state().wirePeers()).extracting(WirePeer::client).containsExactly(3L);
        }

        @Test
        void shouldRefuseReportsOfUnknownCpusAndVersions() {
            up(1, 1);
            assertThat(refusal(new Applied(5, 1))).contains("cpu 5");
            assertThat(refusal(new Applied(0, 99))).contains("99");
        }

        @Test
        void shouldMakeNewVersionsOnlyWhenSomethingChanges() {
            up(1, 1);
            final ClusterState before = state();
            ok(new Applied(0, 0));
            ok(new Ready(1));
            ok(new Dead(9));
            assertThat(state()).isSameAs(before);
        }
    }

    private void join(final long incarnation, final int cpus) {
        ok(new Joining(incarnation, "host:" + incarnation, "http://h", "a:1", cpus));
    }

    private void up(final long incarnation, final int cpus) {
        join(incarnation, cpus);
        ok(new Ready(state().incarnation(incarnation).orElseThrow().id()));
        settle();
    }

    /** All CPUs do what they are told and report it, until nothing changes any more. */
    private void settle() {
        ClusterState before = null;
        while (!state().equals(before)) {
            before = state();
            final long version = before.map().version();
            for (final Seat seat : before.seats()) {
                if (before.listed(seat.cpu())) {
                    ok(new Applied(seat.cpu(), version));
                    ok(new TookOver(seat.cpu(), version));
                } else if (before.member(seat.member()).orElseThrow().drain() == DrainStage.PASSING) {
                    ok(new Passed(seat.cpu(), version));
                }
            }
        }
    }

    private void ok(final CoordinatorMsg msg) {
        assertThat(coordinator.handle(msg, now++)).isEmpty();
    }

    private String refusal(final CoordinatorMsg msg) {
        final ClusterState before = state();
        final Optional<String> refusal = coordinator.handle(msg, now++);
        assertThat(state()).isSameAs(before);
        return refusal.orElseThrow();
    }

    private ClusterState state() {
        return coordinator.state();
    }

    private DrainStage stage(final int member) {
        return state().member(member).orElseThrow().drain();
    }

    private ClusterEvent lastEvent(final EventKind kind) {
        return state().events().stream()
                .filter(event -> event.kind() == kind)
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private int countOf(final int cpu) {
        return (int) Arrays.stream(state().map().owners()).filter(o -> o == cpu).count();
    }

    private int spread() {
        final var counts =
                Arrays.stream(state().map().cpus()).map(this::countOf).summaryStatistics();
        return counts.getMax() - counts.getMin();
    }
}
