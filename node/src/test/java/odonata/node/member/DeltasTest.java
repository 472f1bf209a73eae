package odonata.node.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeltasTest {
    private static final long S = 1_000_000_000L;

    private long nowNs;
    private final Deltas deltas = new Deltas(() -> nowNs);

    @Test
    void shouldKnowNothingOfACounterThatIsNew() {
        assertThat(deltas.rate("a", 7)).isZero();
    }

    @Test
    void shouldGiveGrowthPerSecond() {
        deltas.rate("a", 7);
        nowNs += S / 2;
        assertThat(deltas.rate("a", 12)).isEqualTo(10);
    }

    @Test
    void shouldShowASteadyRateWhenTheRoundStandsStillInItsMiddle() {
        final long[] rounds = {0, S, 4 * S, 5 * S};
        for (final long began : rounds) {
            nowNs = began;
            final double first = deltas.rate("first", perSecond(100));
            nowNs += began == S ? 2 * S : 0;
            final double second = deltas.rate("second", perSecond(100));
            if (began > 0) {
                assertThat(first).isEqualTo(100);
                assertThat(second).isEqualTo(100);
            }
        }
    }

    @Test
    void shouldNotGoBelowZeroWhenACounterBeginsAgain() {
        deltas.rate("a", 7);
        nowNs += S;
        assertThat(deltas.rate("a", 3)).isZero();
    }

    private long perSecond(final int rate) {
        return rate * nowNs / S;
    }
}
