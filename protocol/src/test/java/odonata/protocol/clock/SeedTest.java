package odonata.protocol.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SeedTest {
    @Test
    void shouldMeetVectorsOfSplitMix64() {
        final Seed seed = Seed.of(1_234_567);
        assertThat(Long.toUnsignedString(seed.nextLong())).isEqualTo("6457827717110365317");
        assertThat(Long.toUnsignedString(seed.nextLong())).isEqualTo("3203168211198807973");
    }

    @Test
    void shouldStayBelowBound() {
        final Seed seed = Seeds.replayable("seed");
        final int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) {
            counts[seed.nextInt(7)]++;
        }
        for (final int count : counts) {
            assertThat(count).isBetween(9_500, 10_500);
        }
        assertThat(seed.nextInt(1)).isZero();
        assertThatThrownBy(() -> seed.nextInt(0)).hasMessage("bound=0 must be positive");
    }

    @Test
    void shouldGiveSameChildWhateverWasDrawnBefore() {
        final Seed parent = Seed.of(7);
        final long first = parent.split(3).nextLong();
        parent.nextLong();
        assertThat(parent.split(3).nextLong()).isEqualTo(first);
        assertThat(parent.split(4).nextLong()).isNotEqualTo(first);
    }

    @Test
    void shouldHaveMeanOneWhenExponential() {
        final Seed seed = Seeds.replayable("exponential");
        double sum = 0;
        for (int i = 0; i < 100_000; i++) {
            sum += seed.nextExponential();
        }
        assertThat(sum / 100_000).isBetween(0.98, 1.02);
    }
}
