package odonata.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SpeedTableTest {
    private static List<Figure> rates(final double... millions) {
        return java.util.Arrays.stream(millions)
                .mapToObj(value -> new Figure(value * 1e6, 8))
                .toList();
    }

    private static String page(final Row... rows) {
        return new SpeedTable(List.of(rows), List.of("when: now"), Map.of(Probe.LWKT_SAME_1, List.of("9 % `Cpu.turn`")))
                .text();
    }

    private static String only(final String text, final String word) {
        return text.lines().filter(line -> line.startsWith("| " + word)).reduce("", String::concat);
    }

    @Nested
    class OfRatios {
        @Test
        void shouldCompareRoundByRoundAndTakeTheMiddle() {
            final Row row = new Row(Work.SAME_1, rates(10, 30, 24), rates(5, 10, 10));
            assertThat(row.middle()).isEqualTo(2.4);
            assertThat(row.least()).isEqualTo(2.0);
            assertThat(row.most()).isEqualTo(3.0);
            assertThat(row.isReached()).isTrue();
        }

        @Test
        void shouldReachItsBarExactly() {
            assertThat(new Row(Work.SAME_1, rates(20), rates(10)).isReached()).isTrue();
            assertThat(new Row(Work.SAME_1, rates(19.99), rates(10)).isReached())
                    .isFalse();
        }

        @Test
        void shouldMissWhatMustBeSmallWhenItIsLarge() {
            assertThat(new Row(Work.REMOTE_TRIP, rates(15), rates(10)).isReached())
                    .isTrue();
            assertThat(new Row(Work.REMOTE_TRIP, rates(15.01), rates(10)).isReached())
                    .isFalse();
        }

        @Test
        void shouldWriteFiguresRatioSpreadAllocationAndVerdict() {
            assertThat(only(page(new Row(Work.SAME_1, rates(10, 30, 24), rates(5, 10, 10))), "send"))
                    .isEqualTo(
                            "| send + receive, same CPU, 1 pair | Akka `tell`, one-thread dispatcher | ≥ 2.00 × | 24.00 M/s"
                                    + " | 10.00 M/s | 2.40 × | 2.00 × .. 3.00 × | 8 B / 8 B | reached |");
        }
    }

    @Nested
    class OfOthers {
        @Test
        void shouldCompareDifferences() {
            final Row row = new Row(Work.DOMSG, List.of(Figure.of(16.5)), List.of(Figure.of(1)));
            assertThat(row.middle()).isEqualTo(15.5);
            assertThat(row.isReached()).isFalse();
            assertThat(only(page(row), "`domsg`"))
                    .contains("| ≤ 15.0 ns more | 16.5 ns | 1.0 ns | 15.5 ns |", "**missed**");
        }

        @Test
        void shouldComparePlainNumbers() {
            assertThat(Row.alone(Work.VIRTUAL_64, rates(4)).isReached()).isTrue();
            assertThat(Row.alone(Work.VIRTUAL_64, rates(3.9)).isReached()).isFalse();
            assertThat(Row.alone(Work.THREAD, List.of(Figure.of(1_537))).isReached())
                    .isFalse();
        }

        @Test
        void shouldCompareWhatIsAllocated() {
            final Row row = new Row(Work.FLOOD_ALLOCATED, List.of(new Figure(1, 128)), List.of(new Figure(1, 104)));
            assertThat(row.middle()).isEqualTo(24);
            assertThat(row.isReached()).isFalse();
            assertThat(only(page(row), "allocated")).contains("| 128 B | 104 B | 24 B |");
        }

        @Test
        void shouldJudgeNothingThatIsOnlyStated() {
            assertThat(only(page(Row.alone(Work.CPU_MEMORY, List.of(Figure.of(5e5)))), "heap of a CPU"))
                    .contains("500,000 B")
                    .endsWith("| - | - |\n".strip());
        }
    }

    @Test
    void shouldExplainWhatIsMissedAndNothingElse() {
        final String text = page(new Row(Work.SAME_1, rates(1), rates(1)), new Row(Work.CROSS_1, rates(6), rates(1)));
        assertThat(text)
                .contains("- when: now", "## Bars that are missed", "### " + Work.SAME_1.text())
                .contains("Measured 1.00 ×, must be ≥ 2.00 ×. " + Work.SAME_1.note(), "- 9 % `Cpu.turn`")
                .doesNotContain("### " + Work.CROSS_1.text());
        assertThat(page(new Row(Work.CROSS_1, rates(6), rates(1)))).doesNotContain("missed");
    }

    @Test
    void shouldRefuseRoundsOfOneSideOnly() {
        assertThatThrownBy(() -> new Row(Work.SAME_1, rates(1, 2), rates(1))).hasMessageContaining("SAME_1");
        assertThatThrownBy(() -> new Row(Work.SAME_1, List.of(), List.of())).hasMessageContaining("SAME_1");
    }
}
