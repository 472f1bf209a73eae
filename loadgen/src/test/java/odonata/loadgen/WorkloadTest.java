package odonata.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowHash;
import odonata.protocol.flow.FlowHashes;
import odonata.protocol.flow.FlowKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadTest {
    private static final FlowHash DRAGONFLY = FlowHashes.byName("dragonfly", 0);

    private static Workload of(final WorkloadKind kind, final int flows) {
        return Workload.of(LoadSettingsFixture.of(kind, flows), DRAGONFLY, Seed.of(3));
    }

    private static int[] draws(final Workload workload, final int count) {
        final int[] drawn = new int[workload.size()];
        for (int i = 0; i < count; i++) {
            drawn[workload.next()]++;
        }
        return drawn;
    }

    @ParameterizedTest
    @EnumSource(WorkloadKind.class)
    void shouldMakeSoManyDistinctFlowsToTheService(final WorkloadKind kind) {
        final Workload workload = of(kind, 500);
        final Set<FlowKey> distinct = new HashSet<>();
        for (int i = 0; i < workload.size(); i++) {
            distinct.add(workload.flow(i));
            assertThat(workload.flow(i).dst()).isEqualTo(LoadSettingsFixture.SERVICE);
            assertThat(workload.flow(i).src() >>> 16).isEqualTo(10 << 8 | 88);
        }
        assertThat(distinct).hasSize(500);
    }

    @ParameterizedTest
    @EnumSource(WorkloadKind.class)
    void shouldRepeatFlowsAndChoicesWhenSeedIsTheSame(final WorkloadKind kind) {
        final Workload first = of(kind, 200);
        final Workload second = of(kind, 200);
        for (int i = 0; i < 200; i++) {
            assertThat(first.flow(i)).isEqualTo(second.flow(i));
            assertThat(first.next()).isEqualTo(second.next());
        }
    }

    @Test
    void shouldAskEachFlowAlikeWhenUniform() {
        final int[] drawn = draws(of(WorkloadKind.UNIFORM, 10), 100_000);
        assertThat(Arrays.stream(drawn).boxed().toList())
                .allSatisfy(n -> assertThat(n).isBetween(9_500, 10_500));
    }

    @Test
    void shouldFollowThePowerLawWhenZipf() {
        final int[] drawn = draws(of(WorkloadKind.ZIPF, 100), 200_000);
        assertThat(drawn[0] / (double) drawn[1]).isBetween(2.0, 2.3);
        assertThat(drawn[0] / (double) drawn[9]).isBetween(11.0, 14.5);
        assertThat(drawn[99]).isPositive();
    }

    @Test
    void shouldStepThroughPortsOfOneClientWhenConsecutiveOrEven() {
        assertThat(of(WorkloadKind.CONSECUTIVE, 3).flow(2).sport()).isEqualTo(Workload.FIRST_PORT + 2);
        assertThat(of(WorkloadKind.EVEN, 3).flow(2).sport()).isEqualTo(Workload.FIRST_PORT + 4);
        assertThat(of(WorkloadKind.EVEN, 3).flow(0).src())
                .isEqualTo(of(WorkloadKind.EVEN, 3).flow(2).src());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dragonfly", "raw", "toeplitz", "keyed"})
    void shouldFillOneBucketOfTheAttackedHash(final String name) {
        final FlowHash attacked = FlowHashes.byName(name, 0);
        final LoadSettings settings = LoadSettingsFixture.of(WorkloadKind.ATTACK, 100);
        if ("raw".equals(name)) {
            assertThatThrownBy(() -> Workload.of(settings, attacked, Seed.of(3)))
                    .isInstanceOf(Exception.class);
            return;
        }
        final Workload workload = Workload.of(settings, attacked, Seed.of(3));
        for (int i = 0; i < workload.size(); i++) {
            assertThat(BucketMap.bucketOf(attacked.hash(workload.flow(i)))).isZero();
        }
    }

    @Test
    void shouldNotFillOneBucketWhenTheKeyWasGuessedWrong() {
        final Workload workload = Workload.of(
                LoadSettingsFixture.of(WorkloadKind.ATTACK, 200), FlowHashes.byName("keyed", 1), Seed.of(3));
        final FlowHash real = FlowHashes.byName("keyed", 2);
        final Set<Integer> buckets = new HashSet<>();
        for (int i = 0; i < workload.size(); i++) {
            buckets.add(BucketMap.bucketOf(real.hash(workload.flow(i))));
        }
        assertThat(buckets).hasSizeGreaterThan(50);
    }

    @Test
    void shouldSayWhatToDoWhenOneClientHasTooFewPorts() {
        assertThatThrownBy(() -> of(WorkloadKind.EVEN, 10_000))
                .hasMessageContaining("10000")
                .hasMessageContaining("8192");
    }
}
