package odonata.ssi.sim;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.testkit.SeedRuns;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Four members of four CPUs in virtual time, with everything going wrong that may, checked after every step: see docs/testing.md. */
@Tag("slow")
class SimClusterTest {
    private static final int SEEDS = 200;
    private static final SeedRuns RUNS = new SeedRuns("ssi", SimClusterTest.class);

    private long hostDowns;
    private long lost;
    private long stalls;

    private static Scenario run(final long seed) {
        final Scenario scenario = new Scenario(seed, SimSettings.rough());
        scenario.play();
        assertThat(scenario.findings()).as(scenario.toString()).isEmpty();
        return scenario;
    }

    @Test
    void shouldRunTheSameTwice() {
        RUNS.each(1, 1, seed -> {
            final Scenario first = run(seed);
            final Scenario second = run(seed);
            assertThat(second.traceHash()).isEqualTo(first.traceHash());
            assertThat(second.steps()).isEqualTo(first.steps());
            assertThat(run(seed + 1).traceHash()).isNotEqualTo(first.traceHash());
        });
    }

    @Test
    void shouldKeepTheInvariantsWhateverHappens() {
        RUNS.each(1000, SEEDS, seed -> {
            final Scenario scenario = run(seed);
            hostDowns += scenario.hostDowns();
            lost += scenario.lost();
            stalls += scenario.stalls();
        });
        if (SeedRuns.asked().isEmpty()) {
            assertThat(hostDowns).as("calls failed").isPositive();
            assertThat(lost).as("packets lost with a member").isPositive();
            assertThat(stalls).as("waits for credit").isPositive();
        }
    }
}
