package odonata.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ThresholdsTest {
    @Test
    void shouldJudgeOnlyWhatWasSet() {
        assertThat(Thresholds.NONE.judge(1e9, 0, 99)).isEmpty();
    }

    @Test
    void shouldPassAtTheLimitAndFailBeyondIt() {
        final Thresholds all = new Thresholds(OptionalDouble.of(500), OptionalDouble.of(1_000), OptionalDouble.of(1.5));
        assertThat(all.judge(500, 1_000, 1.5)).hasSize(3).allMatch(Thresholds.Verdict::passed);
        assertThat(all.judge(500.1, 999, 1.51)).hasSize(3).noneMatch(Thresholds.Verdict::passed);
    }
}
