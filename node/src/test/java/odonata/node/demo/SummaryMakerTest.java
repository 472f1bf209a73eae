package odonata.node.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Optional;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.CpuView;
import odonata.node.snapshot.SnapshotMerge;
import odonata.node.snapshot.SnapshotRules;
import odonata.node.snapshot.TcpCpuView;
import odonata.node.snapshot.TcpView;
import odonata.node.snapshot.Views;
import org.junit.jupiter.api.Test;

class SummaryMakerTest {
    private final SnapshotMerge merge = new SnapshotMerge(new SnapshotRules(1000, 3000, 10_000, 5, 10));

    /** CPU 0 of member 1 with these counters; its rates say nothing of the whole run. */
    private ClusterSnapshot picture(final long seq, final long entries, final long ipis) {
        merge.heard(Views.member(1, seq, 100 * seq), seq * 1000);
        final ClusterSnapshot all = merge.merge(Views.cluster(), seq * 1000);
        final CpuView c = all.cpus().get(0);
        final CpuView counted = new CpuView(
                c.cpu(),
                c.member(),
                c.state(),
                c.utilisation(),
                c.byClass(),
                c.running(),
                c.runQueue(),
                c.queueDepth(),
                c.packets(),
                c.packetsPerS(),
                c.flows(),
                c.buckets(),
                c.messagesPerS(),
                entries,
                ipis,
                0,
                0);
        return new ClusterSnapshot(
                all.schema(),
                all.seq(),
                all.atMs(),
                all.windowMs(),
                all.cluster(),
                all.self(),
                all.members(),
                List.of(counted),
                all.crossbar(),
                all.links(),
                all.buckets(),
                all.imbalance(),
                all.load(),
                all.replay(),
                all.threads(),
                all.flows(),
                all.events(),
                all.totals(),
                all.tcp(),
                all.interfaces());
    }

    private RunSummary.CpuPart cpu(final ClusterSnapshot before, final ClusterSnapshot after) {
        final RunResult run = new RunResult(
                before, List.of(before, after), after, Optional.empty(), Optional.empty(), List.of(), 1, false, false);
        return SummaryMaker.figures(run, Optional.empty()).cpus().get(0);
    }

    @Test
    void shouldCountMessagesPerIpiOverTheWholeRunAlsoThoseThatNeededNone() {
        assertThat(cpu(picture(1, 1_000, 100), picture(4, 1_900, 300)))
                .returns(300L, RunSummary.CpuPart::packets)
                .returns(200L, RunSummary.CpuPart::ipis)
                .returns(4.5, RunSummary.CpuPart::messagesPerIpi);
    }

    @Test
    void shouldGiveNoRatioWithoutAnIpi() {
        assertThat(cpu(picture(1, 10, 7), picture(2, 90, 7)))
                .returns(0L, RunSummary.CpuPart::ipis)
                .returns(0.0, RunSummary.CpuPart::messagesPerIpi);
    }

    private static ClusterSnapshot with(final ClusterSnapshot picture, final TcpCpuView... cpus) {
        return new ClusterSnapshot(
                picture.schema(),
                picture.seq(),
                picture.atMs(),
                picture.windowMs(),
                picture.cluster(),
                picture.self(),
                picture.members(),
                picture.cpus(),
                picture.crossbar(),
                picture.links(),
                picture.buckets(),
                picture.imbalance(),
                picture.load(),
                picture.replay(),
                picture.threads(),
                picture.flows(),
                picture.events(),
                picture.totals(),
                TcpView.of(List.of(cpus), List.of(), List.of()),
                picture.interfaces());
    }

    private ClusterSnapshot heard(final long seq) {
        merge.heard(Views.member(1, seq, 100 * seq), seq * 1000);
        merge.heard(Views.member(2, seq, 100 * seq), seq * 1000);
        return merge.merge(Views.cluster(), seq * 1000);
    }

    /** CPU 3 dies in the middle: what it had accepted until then counts. CPU 1 was not heard of before. */
    @Test
    void shouldCountTheConnectionsThatEachCpuAndMemberAccepted() {
        final ClusterSnapshot before = with(heard(1), Views.tcp(0, 1, 1_000), Views.tcp(2, 2, 50), Views.tcp(3, 2, 5));
        final ClusterSnapshot middle =
                with(heard(2), Views.tcp(0, 1, 1_010), Views.tcp(1, 1, 20), Views.tcp(2, 2, 60), Views.tcp(3, 2, 11));
        final ClusterSnapshot after = with(heard(3), Views.tcp(0, 1, 1_700), Views.tcp(1, 1, 300), Views.tcp(2, 2, 50));
        final SummaryMaker.Figures figures = SummaryMaker.figures(
                new RunResult(
                        before,
                        List.of(before, middle),
                        after,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        1,
                        false,
                        false),
                Optional.empty());
        assertThat(figures.cpus())
                .extracting(RunSummary.CpuPart::cpu, RunSummary.CpuPart::connections)
                .containsExactly(tuple(0, 700L), tuple(1, 300L), tuple(2, 0L), tuple(3, 6L));
        assertThat(figures.members())
                .extracting(RunSummary.MemberPart::id, RunSummary.MemberPart::connections)
                .containsExactly(tuple(1, 1_000L), tuple(2, 6L), tuple(3, 0L));
    }
}
