package odonata.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import odonata.node.snapshot.MemberSnapshot.Posted;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SnapshotMergeTest {
    private static final SnapshotRules RULES = new SnapshotRules(1000, 3000, 10_000, 5, 100);
    private final SnapshotMerge merge = new SnapshotMerge(RULES);

    private void allHeard(final long seq, final long packets) {
        for (int member = 1; member <= 3; member++) {
            merge.heard(Views.member(member, seq, packets), seq * 1000);
        }
    }

    @Nested
    class WithThreeMembers {
        @Test
        void shouldShowAllCpusWithTheirBuckets() {
            allHeard(1, 100);
            final ClusterSnapshot picture = merge.merge(Views.cluster(), 1000);
            assertThat(picture.cpus()).extracting(CpuView::cpu).containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(picture.cpus().stream().mapToInt(CpuView::buckets).sum()).isEqualTo(256);
            assertThat(picture.totals().packets()).isEqualTo(600);
            assertThat(picture.totals().processCpu()).isEqualTo(0.06);
            assertThat(picture.imbalance().flows()).isEqualTo(600);
            assertThat(picture.imbalance().expectedByLuck()).isGreaterThan(1);
        }

        @Test
        void shouldPutRowsIntoTheMatrixBySenderAndReceiver() {
            allHeard(1, 100);
            final CrossbarView matrix = merge.merge(Views.cluster(), 1000).crossbar();
            assertThat(matrix.messagesPerS()[0][1]).isEqualTo(4.0);
            assertThat(matrix.messagesPerS()[1][0]).isZero();
            assertThat(matrix.messagesPerS()[2][2]).isEqualTo(10.0);
            assertThat(matrix.messagesPerIpi()[4][5]).isEqualTo(2.0);
        }

        @Test
        void shouldMeasureImbalanceOverItsWindowOnly() {
            allHeard(1, 1_000_000);
            merge.merge(Views.cluster(), 1000);
            merge.heard(Views.member(1, 2, 1_000_300), 2000);
            merge.heard(Views.member(2, 2, 1_000_100), 2000);
            merge.heard(Views.member(3, 2, 1_000_200), 2000);
            assertThat(merge.merge(Views.cluster(), 2000).imbalance().maxOverMean())
                    .isEqualTo(1.5);
        }

        @Test
        void shouldIgnoreOlderThanLastHeard() {
            allHeard(2, 200);
            merge.heard(Views.member(1, 1, 5), 2100);
            assertThat(merge.merge(Views.cluster(), 2200).totals().packets()).isEqualTo(1200);
        }
    }

    @Nested
    class WhenAMemberIsSilent {
        @Test
        void shouldShowItAsStaleWithoutRates() {
            allHeard(1, 100);
            merge.heard(Views.member(1, 5, 100), 5000);
            merge.heard(Views.member(2, 5, 100), 5000);
            final ClusterSnapshot picture = merge.merge(Views.cluster(), 5000);
            final MemberView silent = picture.members().get(2);
            assertThat(silent.stale()).isTrue();
            assertThat(silent.ageMs()).isEqualTo(4000);
            assertThat(silent.processCpu()).isZero();
            final CpuView old = picture.cpus().get(4);
            assertThat(old.packetsPerS()).isZero();
            assertThat(old.packets()).isEqualTo(100);
            assertThat(picture.links()).noneMatch(link -> link.from() == 3);
        }

        @Test
        void shouldShowMemberNeverHeardOf() {
            final ClusterSnapshot picture = merge.merge(Views.cluster(), 1000);
            assertThat(picture.members()).hasSize(3).allMatch(MemberView::stale);
            assertThat(picture.cpus()).isEmpty();
            assertThat(picture.imbalance().maxOverMean()).isEqualTo(1);
        }
    }

    @Nested
    class WhenAMemberHasLeft {
        private final ClusterView left = new ClusterView(
                "test",
                1,
                List.of(
                        new ClusterView.Row(1, MemberState.UP, "a", true, 0),
                        new ClusterView.Row(3, MemberState.LEFT, "c", false, 0)),
                2,
                new int[256],
                new int[256],
                List.of(new ClusterView.Departed(4, 3, CpuState.LEFT, 777, 9, Map.of(3, 700L))),
                List.of());

        @Test
        void shouldKeepItsCountersFromTheControlPlane() {
            allHeard(1, 100);
            final ClusterSnapshot picture = merge.merge(left, 1000);
            assertThat(picture.cpus())
                    .filteredOn(c -> c.member() == 3)
                    .singleElement()
                    .satisfies(c -> {
                        assertThat(c.state()).isEqualTo(CpuState.LEFT);
                        assertThat(c.packets()).isEqualTo(777);
                    });
            assertThat(picture.crossbar().cpus()).containsExactly(0, 1);
            assertThat(picture.interfaces()).isEqualTo(Map.of(1, 100L, 3, 700L));
        }
    }

    @Test
    void shouldCountReplayByItsInterfaces() {
        allHeard(1, 100);
        final MemberSnapshot plain = Views.member(2, 2, 100);
        merge.heard(withReplay(plain, new ReplayView("a.pcap", 300, 250, 0, List.of(2, 3))), 2000);
        assertThat(merge.merge(Views.cluster(), 2000).replay().counted()).isEqualTo(200);
    }

    private static MemberSnapshot withReplay(final MemberSnapshot s, final ReplayView replay) {
        return new MemberSnapshot(
                s.member(),
                s.seq(),
                s.atMs(),
                s.windowMs(),
                s.http(),
                s.wire(),
                s.pid(),
                s.uptimeS(),
                s.heapMb(),
                s.processCpu(),
                s.cpus(),
                s.rows(),
                s.links(),
                s.bucketPackets(),
                s.threads(),
                s.flows(),
                s.events(),
                s.load(),
                new Posted<>(1, replay),
                s.dropsPerS(),
                s.tcp(),
                s.interfaces());
    }

    @Test
    void shouldSurviveTheWayThroughJson() {
        allHeard(1, 100);
        final ClusterSnapshot picture = merge.merge(Views.cluster(), 1000);
        final ClusterSnapshot again = Json.read(Json.bytes(picture), ClusterSnapshot.class);
        assertThat(Json.pretty(again)).isEqualTo(Json.pretty(picture));
        final MemberSnapshot sent = Views.member(1, 1, 1);
        assertThat(Json.read(Json.bytes(sent), MemberSnapshot.class)).isEqualTo(sent);
    }
}
