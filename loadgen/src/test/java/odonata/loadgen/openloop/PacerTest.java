package odonata.loadgen.openloop;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.clock.Seed;
import org.junit.jupiter.api.Test;

class PacerTest {
    private static long dueAfter(final Arrivals arrivals, final int requests) {
        final Pacer pacer = new Pacer(arrivals, 10_000, Seed.of(5));
        for (int i = 0; i < requests; i++) {
            pacer.advance();
        }
        return pacer.dueNs();
    }

    @Test
    void shouldBeEvenlySpacedWhenFixed() {
        assertThat(dueAfter(Arrivals.FIXED, 0)).isEqualTo(100_000);
        assertThat(dueAfter(Arrivals.FIXED, 9_999)).isEqualTo(1_000_000_000L);
    }

    @Test
    void shouldKeepTheMeanRateWhenPoisson() {
        assertThat(dueAfter(Arrivals.POISSON, 99_999)).isBetween(9_800_000_000L, 10_200_000_000L);
    }

    @Test
    void shouldHaveTheVarianceOfAPoissonProcess() {
        final Pacer pacer = new Pacer(Arrivals.POISSON, 1_000, Seed.of(5));
        double sum = 0;
        double squares = 0;
        long last = 0;
        for (int i = 0; i < 100_000; i++) {
            final double gap = pacer.dueNs() - last;
            last = pacer.dueNs();
            sum += gap;
            squares += gap * gap;
            pacer.advance();
        }
        final double mean = sum / 100_000;
        assertThat(Math.sqrt(squares / 100_000 - mean * mean) / mean).isBetween(0.97, 1.03);
    }
}
