package odonata.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final SnapshotRules RULES = new SnapshotRules(1000, 3000, 10_000, 5, 100);

    private final SnapshotMerge merge = new SnapshotMerge(RULES);
    private final History history = new History();

    private ClusterSnapshot hear(final int second, final int... members) {
        for (final int member : members) {
            merge.heard(Views.member(member, second, 100L * second), second * 1000L);
        }
        final ClusterSnapshot picture = merge.merge(Views.cluster(), second * 1000L);
        history.add(picture);
        return picture;
    }

    @Test
    void shouldGiveTheFiguresOfEveryCpuInColumns() {
        final ClusterSnapshot first = hear(1, 1, 2, 3);
        final ClusterSnapshot second = hear(2, 1, 2, 3);

        final History.View view = history.view();

        assertThat(view.atMs()).containsExactly(1000L, 2000L);
        assertThat(view.cpus()).extracting(History.Line::cpu).containsExactly(0, 1, 2, 3, 4, 5);
        final History.Line line = view.cpus().get(3);
        assertThat(line.member()).isEqualTo(2);
        assertThat(line.present()).containsExactly(1, 1);
        final double packets = first.cpus().get(3).packetsPerS();
        assertThat(packets).isPositive();
        assertThat(line.packetsPerS())
                .containsExactly(packets, second.cpus().get(3).packetsPerS());
        assertThat(view.cluster().get("messagesPerS"))
                .containsExactly(first.totals().messagesPerS(), second.totals().messagesPerS());
    }

    @Test
    void shouldHaveNoFigureWhereNothingWasHeard() {
        hear(1, 1, 2, 3);
        hear(6, 1, 2);

        final History.Line silent = history.view().cpus().get(4);

        assertThat(silent.present()).containsExactly(1, 1);
        assertThat(silent.utilisation().get(0)).isNotNull();
        assertThat(silent.utilisation().get(1)).isNull();
    }

    @Test
    void shouldKnowWhenACpuCame() {
        hear(1, 1);
        hear(2, 1, 2, 3);

        assertThat(history.view().cpus().get(5).present()).containsExactly(0, 1);
    }

    @Test
    void shouldForgetWhatIsOlderThanAQuarterOfAnHour() {
        final int seconds = (int) (History.KEEP_MS / 1000) + 100;
        IntStream.rangeClosed(1, seconds).forEach(second -> hear(second, 1, 2, 3));

        final List<Long> times = history.view().atMs();

        assertThat(times.get(0)).isEqualTo(100_000L);
        assertThat(times.get(times.size() - 1)).isEqualTo(seconds * 1000L);
    }
}
