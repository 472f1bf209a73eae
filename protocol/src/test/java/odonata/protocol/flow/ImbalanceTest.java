package odonata.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImbalanceTest {

    @Nested
    class Measures {
        @Test
        void shouldBeOneWhenEven() {
            assertThat(Imbalance.maxOverMean(3, 3, 3)).isEqualTo(1);
            assertThat(Imbalance.jain(3, 3, 3)).isEqualTo(1);
        }

        @Test
        void shouldBeWorstWhenOneCpuHasAll() {
            assertThat(Imbalance.maxOverMean(0, 8, 0, 0)).isEqualTo(4);
            assertThat(Imbalance.jain(0, 8, 0, 0)).isEqualTo(0.25);
        }

        @Test
        void shouldBeBetween() {
            assertThat(Imbalance.maxOverMean(1, 3)).isEqualTo(1.5);
            assertThat(Imbalance.jain(1, 3)).isEqualTo(0.8);
        }

        @Test
        void shouldBeOneWhenThereIsNoLoad() {
            assertThat(Imbalance.maxOverMean(0, 0)).isEqualTo(1);
            assertThat(Imbalance.jain(0, 0)).isEqualTo(1);
        }
    }

    @Nested
    class Luck {
        /** By hand: all ways to throw the flows, the fullest CPU of each, over the mean. */
        @ParameterizedTest
        @CsvSource({"1, 1", "1, 4", "2, 2", "3, 2", "4, 3", "5, 3", "6, 4", "9, 2", "7, 1"})
        void shouldBeExactWhenSmall(final int flows, final int cpus) {
            assertThat(Imbalance.expectedByLuck(flows, cpus)).isCloseTo(enumerated(flows, cpus), within(1e-9));
        }

        private double enumerated(final int flows, final int cpus) {
            final int ways = (int) Math.round(Math.pow(cpus, flows));
            double sum = 0;
            for (int way = 0; way < ways; way++) {
                final int[] load = new int[cpus];
                for (int flow = 0, rest = way; flow < flows; flow++, rest /= cpus) {
                    load[rest % cpus]++;
                }
                sum += Arrays.stream(load).max().orElseThrow();
            }
            return sum / ways * cpus / flows;
        }

        @Tag("slow")
        @ParameterizedTest
        @CsvSource({
            "100, 8",
            "256, 64",
            "257, 2",
            "257, 64",
            "300, 1024",
            "1000, 4",
            "1000, 100",
            "2000, 1024",
            "10000, 16"
        })
        void shouldAgreeWithSimulation(final int flows, final int cpus) {
            final long[] equal = new long[flows];
            Arrays.fill(equal, 1);
            final Seed seed = Seeds.replayable("luck");
            final double simulated =
                    (Imbalance.expectedByLuck(equal, cpus, seed) + Imbalance.expectedByLuck(equal, cpus, seed)) / 2;
            final double computed = Imbalance.expectedByLuck(flows, cpus);
            assertThat(computed - 1).isCloseTo(simulated - 1, within(0.03 * (simulated - 1)));
        }

        @Test
        void shouldNotJumpWhereExactEnds() {
            for (final int cpus : new int[] {2, 3, 8, 100, 1024}) {
                final double exact = Imbalance.expectedByLuck(256, cpus);
                final double approximate = Imbalance.expectedByLuck(257, cpus);
                assertThat(approximate - 1).isCloseTo(exact - 1, within(0.012 * (exact - 1)));
            }
        }

        @Test
        void shouldComeNearOneWhenFlowsAreMany() {
            assertThat(Imbalance.expectedByLuck(10_000_000, 8)).isBetween(1.0, 1.01);
            assertThat(Imbalance.expectedByLuck(1_000_000, 1_024)).isBetween(1.09, 1.12);
        }

        @Test
        void shouldFallWithMoreFlows() {
            double before = Double.MAX_VALUE;
            for (int flows = 8; flows < 1 << 20; flows *= 2) {
                final double luck = Imbalance.expectedByLuck(flows, 8);
                assertThat(luck).isBetween(1.0, before);
                before = luck;
            }
        }

        @Test
        void shouldBeTheSameForTheSameSeed() {
            final long[] weights = {9, 1, 1, 5, 3};
            assertThat(Imbalance.expectedByLuck(weights, 4, Seed.of(5)))
                    .isEqualTo(Imbalance.expectedByLuck(weights, 4, Seed.of(5)));
        }

        @Test
        void shouldBeAtLeastTheHeaviestFlowWhenWeighted() {
            final long[] weights = {1_000, 1, 1, 1};
            assertThat(Imbalance.expectedByLuck(weights, 4, Seed.of(5))).isBetween(Imbalance.floor(weights, 4), 4.0);
        }

        @Test
        void shouldRejectNothing() {
            assertThatThrownBy(() -> Imbalance.expectedByLuck(0, 4)).hasMessageContaining("flows=0");
            assertThatThrownBy(() -> Imbalance.expectedByLuck(4, 0)).hasMessageContaining("cpus=0");
        }
    }

    @Nested
    class Perfect {
        @Test
        void shouldBalanceWhenWeightsAllowIt() {
            assertThat(Imbalance.perfectHash(new long[] {5, 4, 3, 3, 3}, 2)).isCloseTo(10.0 / 9, within(1e-12));
            assertThat(Imbalance.perfectHash(new long[] {4, 4, 2, 2}, 2)).isEqualTo(1);
        }

        @Test
        void shouldBeBoundByHeaviestFlow() {
            assertThat(Imbalance.perfectHash(new long[] {10, 1, 1}, 3)).isEqualTo(2.5);
            assertThat(Imbalance.floor(new long[] {10, 1, 1}, 3)).isEqualTo(2.5);
        }

        @Test
        void shouldLieBetweenFloorAndLuck() {
            final Seed seed = Seeds.replayable("perfect");
            for (int i = 0; i < 50; i++) {
                final long[] weights = new long[1 + seed.nextInt(100)];
                Arrays.setAll(weights, j -> 1 + seed.nextInt(1_000));
                final int cpus = 1 + seed.nextInt(16);
                assertThat(Imbalance.perfectHash(weights, cpus))
                        .isGreaterThanOrEqualTo(Imbalance.floor(weights, cpus))
                        .isLessThanOrEqualTo(Imbalance.expectedByLuck(weights, cpus, seed) + 1e-9);
            }
        }
    }
}
