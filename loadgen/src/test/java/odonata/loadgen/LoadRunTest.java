package odonata.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.function.LongUnaryOperator;
import odonata.loadgen.openloop.Arrivals;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LoadRunTest {
    private static final long MS = 1_000_000L;

    /** A cluster that answers each request after a service time, on a clock that idling moves. */
    private static final class ScriptedLink implements PacketLink {
        private record Answer(long atNs, byte[] packet) {}

        private final Queue<Answer> answers = new ArrayDeque<>();
        private final LongUnaryOperator delayNs;
        private long nowNs;
        private long stalledUntilNs;
        private int copies = 1;

        ScriptedLink(final LongUnaryOperator delayNs) {
            this.delayNs = delayNs;
        }

        @Override
        public boolean offer(final byte[] data, final int offset, final int length, final int spread) {
            if (nowNs < stalledUntilNs) {
                return false;
            }
            final long delay = delayNs.applyAsLong(nowNs);
            for (int i = 0; delay >= 0 && i < copies; i++) {
                answers.add(new Answer(nowNs + delay, Arrays.copyOfRange(data, offset, offset + length)));
            }
            return true;
        }

        @Override
        public int poll(final Receiver receiver, final int limit) {
            int given = 0;
            while (given < limit && !answers.isEmpty() && answers.peek().atNs() <= nowNs) {
                final byte[] packet = answers.remove().packet();
                receiver.onPacket(packet, 0, packet.length);
                given++;
            }
            return given;
        }

        @Override
        public int members() {
            return 1;
        }
    }

    private static LoadSummary run(final ScriptedLink link, final Arrivals arrivals) {
        return run(link, arrivals, new ArrayList<>());
    }

    private static LoadSummary run(final ScriptedLink link, final Arrivals arrivals, final List<LoadSummary> seconds) {
        final LoadSettings settings = LoadSettingsFixture.of(WorkloadKind.UNIFORM, 50, arrivals, 1_000, 1, 2);
        return new LoadRun(settings, link, () -> link.nowNs, () -> 0, () -> link.nowNs += 20_000)
                .run(() -> false, seconds::add);
    }

    @Nested
    class WhenEverythingIsAnswered {
        private final List<LoadSummary> seconds = new ArrayList<>();
        private final LoadSummary summary = run(new ScriptedLink(now -> 3 * MS), Arrivals.FIXED, seconds);

        @Test
        void shouldCountWarmupApart() {
            assertThat(summary.warmup().asked()).isEqualTo(999);
            assertThat(summary.counts()).isEqualTo(new LoadSummary.Counts(2_000, 2_000, 2_000, 0, 0, 0));
            assertThat(summary.latencyUs().count()).isEqualTo(2_000);
        }

        @Test
        void shouldMeasureTheServiceTime() {
            assertThat(summary.latencyUs().p50()).isBetween(2_990.0, 3_060.0);
            assertThat(summary.latencyUs().max()).isLessThan(3_100);
            assertThat(summary.answersPerSecond()).isBetween(990.0, 1_010.0);
        }

        @Test
        void shouldReportEachSecond() {
            assertThat(seconds)
                    .hasSize(3)
                    .first()
                    .extracting(LoadSummary::phase)
                    .isEqualTo("steady");
            assertThat(summary.phase()).isEqualTo("done");
        }
    }

    @Test
    void shouldChargeAStallToTheRequestsThatItDelayed() {
        final ScriptedLink link = new ScriptedLink(now -> 1 * MS);
        link.stalledUntilNs = 0;
        final LoadSettings settings = LoadSettingsFixture.of(WorkloadKind.UNIFORM, 50);
        final LoadSummary summary = new LoadRun(settings, link, () -> link.nowNs, () -> 0, () -> {
                    link.nowNs += 20_000;
                    if (link.nowNs >= 2_000 * MS && link.stalledUntilNs == 0) {
                        link.stalledUntilNs = 2_150 * MS;
                    }
                })
                .run(() -> false, s -> {});
        assertThat(summary.counts().answered()).isEqualTo(2_000);
        assertThat(summary.latencyUs().max()).isBetween(149_000.0, 152_500.0);
        assertThat(summary.uncorrectedLatencyUs().max()).isLessThan(2_000);
    }

    @Test
    void shouldGiveUpAndCountWhatTheClusterPushesBackTooLong() {
        final ScriptedLink link = new ScriptedLink(now -> 1 * MS);
        link.stalledUntilNs = 1_700 * MS;
        final LoadSummary summary = run(link, Arrivals.FIXED);
        assertThat(summary.counts().pushedBack()).isBetween(495L, 505L);
        assertThat(summary.counts().asked()).isEqualTo(2_000);
        assertThat(summary.counts().sent() + summary.counts().pushedBack()).isEqualTo(2_000);
        assertThat(summary.counts().generatorLagged()).isZero();
    }

    @Test
    void shouldBlameItselfWhenItWasNotRunning() {
        final ScriptedLink link = new ScriptedLink(now -> 1 * MS);
        final boolean[] paused = new boolean[1];
        final LoadSettings settings = LoadSettingsFixture.of(WorkloadKind.UNIFORM, 50);
        final LoadSummary summary = new LoadRun(settings, link, () -> link.nowNs, () -> 0, () -> {
                    link.nowNs += 20_000;
                    if (!paused[0] && link.nowNs >= 2_000 * MS) {
                        paused[0] = true;
                        link.nowNs += 500 * MS;
                    }
                })
                .run(() -> false, s -> {});
        assertThat(summary.counts().generatorLagged()).isBetween(298L, 302L);
        assertThat(summary.counts().pushedBack()).isZero();
    }

    @Test
    void shouldCountWhatIsNeverAnsweredAsLost() {
        final LoadSummary summary =
                run(new ScriptedLink(now -> now > 2_000 * MS && now < 2_100 * MS ? -1 : MS), Arrivals.POISSON);
        assertThat(summary.counts().lost()).isBetween(70L, 130L);
        assertThat(summary.counts().answered() + summary.counts().lost())
                .isEqualTo(summary.counts().sent());
    }

    @Test
    void shouldCountASecondAnswerAsDuplicateOnly() {
        final ScriptedLink link = new ScriptedLink(now -> MS);
        link.copies = 2;
        final LoadSummary summary = run(link, Arrivals.FIXED);
        assertThat(summary.counts().answered()).isEqualTo(2_000);
        assertThat(summary.duplicates()).isBetween(2_990L, 2_999L);
    }

    @Test
    void shouldEndEarlyAndStillAddUpWhenStopped() {
        final ScriptedLink link = new ScriptedLink(now -> 3 * MS);
        final LoadSettings settings = LoadSettingsFixture.of(WorkloadKind.UNIFORM, 50);
        final LoadSummary summary = new LoadRun(settings, link, () -> link.nowNs, () -> 0, () -> link.nowNs += 20_000)
                .run(() -> link.nowNs > 1_500 * MS, s -> {});
        assertThat(summary.counts().asked()).isBetween(495L, 505L);
        assertThat(summary.counts().answered()).isEqualTo(summary.counts().sent());
    }
}
