package odonata.ssi.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacedIdleTest {
    private static final long MAX = Duration.ofMillis(4).toNanos();

    private final List<Long> sleeps = new ArrayList<>();
    private long now;
    private boolean busy;
    private final PacedIdle idle = new PacedIdle(MAX, PacedIdle.YIELDS, () -> busy, () -> now, ns -> {
        sleeps.add(ns);
        now += ns;
    });

    @Test
    void shouldSleepLongerAndLongerUpToTheMostWhenAllIsQuiet() {
        quietFor(Duration.ofMillis(200));

        assertThat(sleeps).isSorted();
        assertThat(sleeps.get(0)).isLessThanOrEqualTo(Duration.ofNanos(50_000).toNanos());
        assertThat(sleeps.get(sleeps.size() - 1)).isEqualTo(MAX);
    }

    @Test
    void shouldSleepAShareOfTheUsualGapWhileWorkComes() {
        final long gap = Duration.ofMillis(1).toNanos();
        for (int i = 0; i < 300; i++) {
            idle.idle(1);
            quietFor(Duration.ofNanos(gap));
        }

        // the last quarter: whole windows of such work have passed
        assertThat(sleeps.subList(sleeps.size() * 3 / 4, sleeps.size()))
                .allSatisfy(ns -> assertThat(ns).isBetween(1L, 2 * gap / PacedIdle.SHARE));
    }

    @Test
    void shouldNoticeABurstBeforeItsWindowIsOver() {
        quietFor(Duration.ofMillis(200));
        for (int i = 0; i < 64; i++) {
            idle.idle(1);
        }
        sleeps.clear();

        quietFor(Duration.ofMillis(10));

        assertThat(sleeps)
                .allSatisfy(ns -> assertThat(ns).isLessThanOrEqualTo(PacedIdle.WINDOW_NS / 64 / PacedIdle.SHARE));
    }

    @Test
    void shouldForgetWorkTwoWindowsAfterTheLast() {
        for (int i = 0; i < 1_000; i++) {
            idle.idle(1);
        }

        quietFor(Duration.ofNanos(3 * PacedIdle.WINDOW_NS));

        assertThat(sleeps.get(sleeps.size() - 1)).isEqualTo(MAX);
    }

    @Test
    void shouldStayEagerWhileItsOwnerIsBusy() {
        busy = true;

        quietFor(Duration.ofMillis(200));

        assertThat(sleeps).allSatisfy(ns -> assertThat(ns).isLessThanOrEqualTo(PacedIdle.EAGER_NS));
    }

    /** A sleep takes longer than such a gap, whatever it is asked for. */
    @Test
    void shouldNotSleepBetweenPiecesOfWorkThatComeOften() {
        for (int i = 0; i < PacedIdle.WINDOW_NS / PacedIdle.OFTEN_NS; i++) {
            idle.idle(1);
        }
        for (int i = 0; i < 1_000; i++) {
            for (int turn = 0; turn < PacedIdle.YIELDS; turn++) {
                idle.idle(0);
            }
            idle.idle(1);
        }
        assertThat(sleeps).isEmpty();

        quietFor(Duration.ofMillis(10));
        assertThat(sleeps).as("nor does it yield for ever").isNotEmpty();
    }

    /** Where work is rare, looking for it would burn a core. */
    @Test
    void shouldSleepSoonWhereWorkIsRare() {
        quietFor(Duration.ofMillis(200));
        sleeps.clear();
        idle.idle(1);
        for (int turn = 0; turn < PacedIdle.YIELDS / 2; turn++) {
            idle.idle(0);
        }
        assertThat(sleeps).isNotEmpty();
    }

    private void quietFor(final Duration time) {
        final long until = now + time.toNanos();
        while (now < until) {
            idle.idle(0);
        }
    }
}
