package odonata.node.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CpuUseTest {
    private static final long SECOND = 1_000_000_000L;

    private final CpuUse use = new CpuUse();

    @Test
    void shouldBeTheShareOfTheTimeSinceTheFirstReading() {
        assertThat(use.cores(5 * SECOND, 0)).isZero();
        assertThat(use.cores(5 * SECOND + SECOND / 4, SECOND)).isEqualTo(0.25);
        assertThat(use.cores(5 * SECOND + SECOND / 4, 2 * SECOND)).isEqualTo(0.125);
    }

    @Test
    void shouldForgetWhatWasTenSecondsAgo() {
        for (int s = 0; s <= 30; s++) {
            use.cores(s <= 10 ? s * SECOND : 10 * SECOND, s * SECOND);
        }

        assertThat(use.cores(10 * SECOND, 31 * SECOND)).isZero();
    }

    @Test
    void shouldBeFinerThanTheStepsOfTheSystem() {
        double last = 0;
        for (int s = 0; s <= 40; s++) {
            last = use.cores(s * 45_000_000L / 10_000_000 * 10_000_000, s * SECOND);
        }

        assertThat(last).isCloseTo(0.045, within(0.001));
    }
}
