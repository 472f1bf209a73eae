package odonata.node.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** When a measurement counts and ends, on machines that run and on such that stand still. */
class SpanTest {
    private static final long S = 1_000_000_000L;

    private final Samples samples = new Samples();
    private long nowNs;
    private final Span span = new Span(() -> nowNs, 3 * S);

    private void samples(final int count) {
        for (int i = 0; i < count; i++) {
            samples.add(i);
        }
    }

    private boolean warmAfter(final int rounds) {
        boolean warm = false;
        for (int i = 0; i < rounds; i++) {
            warm = span.counts();
        }
        return warm;
    }

    @Test
    void shouldCountWhenAThirdIsOverAndTheCodeIsWarm() {
        assertThat(warmAfter(10_000)).isFalse();
        nowNs = S + 1;
        assertThat(span.counts()).isTrue();
    }

    @Test
    void shouldNotTakeTimeForWorkToGetWarm() {
        span.counts();
        nowNs = 2 * S;
        assertThat(span.counts()).isFalse();
        assertThat(warmAfter(600)).isTrue();
    }

    @Test
    void shouldNotWarmUpForEver() {
        span.counts();
        nowNs = 22 * S;
        assertThat(span.counts()).isTrue();
    }

    @Test
    void shouldEndInTimeWithSamplesEnoughAndGoOnForAMinuteWithout() {
        assertThat(span.over(samples)).isFalse();
        nowNs = 4 * S;
        assertThat(span.over(samples)).isFalse();
        nowNs = 64 * S;
        assertThat(span.over(samples)).isTrue();
        nowNs = 4 * S;
        samples(Span.ENOUGH);
        assertThat(span.over(samples)).isTrue();
    }

    @Test
    void shouldGiveNoFigureOfFewSamples() {
        samples(Span.ENOUGH - 1);
        assertThatThrownBy(() -> Figure.of("send-ns", samples, 0, 0, "how"))
                .hasMessageStartingWith("send-ns: 29 samples are too few, 30 are needed;");
        samples(1);
        assertThat(Figure.of("send-ns", samples, 2, 0, "how").value()).isEqualTo(12);
    }
}
