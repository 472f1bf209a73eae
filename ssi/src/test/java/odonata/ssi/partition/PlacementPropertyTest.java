package odonata.ssi.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PlacementPropertyTest {
    private static final int RUNS = 300;
    private static final Balanced BALANCED = new Balanced();

    @Nested
    class BalancedPolicy {
        @Test
        void shouldLevelWithMinimalMovesWhenCpusJoin() {
            eachSeed(seed -> {
                final int[] before = cpus(seed, 1 + seed.nextInt(20));
                final int[] after = union(before, cpus(seed, 1 + seed.nextInt(6)));
                final int[] owners = BALANCED.place(nobody(), all(), before, true);
                final int[] next = BALANCED.place(owners, all(), after, true);
                assertSpreadAtMostOne(next, after);
                assertThat(moves(owners, next)).isEqualTo(unavoidableMoves(owners, after));
            });
        }

        @Test
        void shouldMoveOnlyBucketsOfThoseWhoLeaveWhenCpusLeave() {
            eachSeed(seed -> {
                final int[] before = cpus(seed, 2 + seed.nextInt(20));
                final int[] after = Arrays.copyOf(before, 1 + seed.nextInt(before.length - 1));
                final int[] owners = BALANCED.place(nobody(), all(), before, true);
                final int[] next = BALANCED.place(owners, all(), after, false);
                for (int b = 0; b < next.length; b++) {
                    if (contains(after, owners[b])) {
                        assertThat(next[b]).isEqualTo(owners[b]);
                    }
                }
                assertSpreadAtMostOne(next, after);
            });
        }

        @Test
        void shouldLeaveBucketsOnTheMoveAloneWhenLevelling() {
            eachSeed(seed -> {
                final int[] cpus = cpus(seed, 1 + seed.nextInt(12));
                final int[] owners = randomOwners(seed, union(cpus, cpus(seed, 2)));
                final BitSet movable = randomSubset(seed);
                final int[] next = BALANCED.place(owners, movable, cpus, true);
                for (int b = 0; b < next.length; b++) {
                    if (movable.get(b)) {
                        assertThat(contains(cpus, next[b])).isTrue();
                    } else {
                        assertThat(next[b]).isEqualTo(owners[b]);
                    }
                }
            });
        }

        @Test
        void shouldChangeNothingWhenAskedTwice() {
            eachSeed(seed -> {
                final int[] cpus = cpus(seed, 1 + seed.nextInt(300));
                final int[] once = BALANCED.place(randomOwners(seed, cpus), all(), cpus, true);
                assertThat(BALANCED.place(once, all(), cpus, true)).isEqualTo(once);
            });
        }
    }

    @Nested
    class Ncpus2MaskPolicy {
        @Test
        void shouldEqualTheMaskedMapWhenAllMayMove() {
            eachSeed(seed -> {
                final int[] cpus = cpus(seed, 1 + seed.nextInt(20));
                final int[] next = new Ncpus2Mask().place(nobody(), all(), cpus, false);
                assertThat(next).isEqualTo(BucketMap.masked(1, cpus).owners());
            });
        }

        @Test
        void shouldLeaveBucketsOnTheMoveAloneWhenCpusJoin() {
            eachSeed(seed -> {
                final int[] cpus = cpus(seed, 1 + seed.nextInt(20));
                final int[] owners = randomOwners(seed, cpus);
                final BitSet movable = randomSubset(seed);
                final int[] next = new Ncpus2Mask().place(owners, movable, cpus, true);
                IntStream.range(0, next.length).filter(b -> !movable.get(b)).forEach(b -> assertThat(next[b])
                        .isEqualTo(owners[b]));
            });
        }
    }

    @Nested
    class ByLoadPolicy {
        @Test
        void shouldLowerTheImbalanceWithinTheBoundWhenLoadIsSkewed() {
            eachSeed(seed -> {
                final int[] cpus = cpus(seed, 2 + seed.nextInt(12));
                final int[] owners = BALANCED.place(nobody(), all(), cpus, true);
                final double[] load = randomLoad(seed);
                final int bound = 1 + seed.nextInt(16);
                final int[] next = new ByLoad(bound, 1.05).rebalance(owners, all(), cpus, load);
                assertThat(moves(owners, next)).isLessThanOrEqualTo(bound);
                final double before = ByLoad.imbalance(owners, cpus, load);
                final double after = ByLoad.imbalance(next, cpus, load);
                assertThat(after).isLessThanOrEqualTo(before);
                if (moves(owners, next) == 0) {
                    assertThat(before <= 1.05 || hottestCannotBeSplit(owners, cpus, load))
                            .isTrue();
                }
            });
        }

        @Test
        void shouldReachAGoodSplitWhenBucketsAreSmall() {
            final int[] cpus = {0, 1, 2, 3};
            final int[] owners = new int[BucketMap.BUCKETS];
            final double[] load = new double[BucketMap.BUCKETS];
            Arrays.setAll(owners, b -> b & 3);
            Arrays.setAll(load, b -> (b & 3) == 0 ? 4 : 1);
            final int[] next = new ByLoad(256, 1.02).rebalance(owners, all(), cpus, load);
            assertThat(ByLoad.imbalance(owners, cpus, load)).isGreaterThan(2.2);
            assertThat(ByLoad.imbalance(next, cpus, load)).isLessThanOrEqualTo(1.02);
        }

        @Test
        void shouldMoveNothingWhenNothingIsMovable() {
            final int[] owners = new int[BucketMap.BUCKETS];
            final double[] load = new double[BucketMap.BUCKETS];
            Arrays.fill(load, 1);
            assertThat(new ByLoad(8, 1.0).rebalance(owners, new BitSet(), new int[] {0, 1}, load))
                    .isEqualTo(owners);
        }

        private boolean hottestCannotBeSplit(final int[] owners, final int[] cpus, final double[] load) {
            final Tally tally = new Tally(cpus);
            for (int b = 0; b < owners.length; b++) {
                tally.add(owners[b], load[b]);
            }
            final int hottest = tally.fullestFirst()[0];
            final double gap = tally.of(hottest) - tally.of(tally.emptiest());
            return IntStream.range(0, owners.length)
                    .filter(b -> owners[b] == hottest && load[b] > 0)
                    .allMatch(b -> load[b] >= gap);
        }
    }

    @Test
    void shouldNameTheChoicesWhenThePolicyIsUnknown() {
        assertThat(Placement.named("ncpus2")).isInstanceOf(Ncpus2Mask.class);
        assertThatThrownBy(() -> Placement.named("fair"))
                .hasMessageContaining("\"fair\"")
                .hasMessageContaining("balanced");
    }

    private static void eachSeed(final java.util.function.Consumer<Seed> property) {
        final Long only = Long.getLong("seed");
        for (long s = only == null ? 0 : only; s < (only == null ? RUNS : only + 1); s++) {
            try {
                property.accept(Seed.of(s));
            } catch (final AssertionError e) {
                throw new AssertionError(
                        "replay: mvn -pl ssi -am test -Dtest=PlacementPropertyTest -Dseed=" + s
                                + " -Dsurefire.failIfNoSpecifiedTests=false",
                        e);
            }
        }
    }

    private static void assertSpreadAtMostOne(final int[] owners, final int[] cpus) {
        final var counts = Arrays.stream(cpus)
                .map(cpu -> (int) Arrays.stream(owners).filter(o -> o == cpu).count())
                .summaryStatistics();
        assertThat(counts.getSum()).isEqualTo(BucketMap.BUCKETS);
        assertThat(counts.getMax() - counts.getMin()).isLessThanOrEqualTo(1);
    }

    /** Buckets above their owner's quota, when those who have most get the larger quotas. */
    private static int unavoidableMoves(final int[] owners, final int[] cpus) {
        final int floor = BucketMap.BUCKETS / cpus.length;
        final int larger = BucketMap.BUCKETS % cpus.length;
        final int[] counts = Arrays.stream(cpus)
                .map(cpu -> (int) Arrays.stream(owners).filter(o -> o == cpu).count())
                .sorted()
                .toArray();
        int above = 0;
        for (int i = 0; i < counts.length; i++) {
            final int quota = floor + (i >= counts.length - larger ? 1 : 0);
            above += Math.max(0, counts[i] - quota);
        }
        return above;
    }

    private static int moves(final int[] before, final int[] after) {
        return (int) IntStream.range(0, before.length)
                .filter(b -> before[b] != after[b])
                .count();
    }

    private static int[] cpus(final Seed seed, final int count) {
        return IntStream.generate(() -> seed.nextInt(1000))
                .distinct()
                .limit(count)
                .sorted()
                .toArray();
    }

    private static int[] union(final int[] a, final int[] b) {
        return IntStream.concat(Arrays.stream(a), Arrays.stream(b))
                .distinct()
                .sorted()
                .toArray();
    }

    private static int[] nobody() {
        final int[] owners = new int[BucketMap.BUCKETS];
        Arrays.fill(owners, Placement.NOBODY);
        return owners;
    }

    private static BitSet all() {
        final BitSet all = new BitSet();
        all.set(0, BucketMap.BUCKETS);
        return all;
    }

    private static BitSet randomSubset(final Seed seed) {
        final BitSet some = new BitSet();
        IntStream.range(0, BucketMap.BUCKETS).filter(b -> seed.chance(0.5)).forEach(some::set);
        return some;
    }

    private static int[] randomOwners(final Seed seed, final int[] cpus) {
        return IntStream.range(0, BucketMap.BUCKETS)
                .map(b -> cpus[seed.nextInt(cpus.length)])
                .toArray();
    }

    private static double[] randomLoad(final Seed seed) {
        return IntStream.range(0, BucketMap.BUCKETS)
                .mapToDouble(b -> seed.chance(0.3) ? 0 : Math.pow(seed.nextDouble(), 4) * 1000)
                .toArray();
    }

    private static boolean contains(final int[] sorted, final int value) {
        return Arrays.binarySearch(sorted, value) >= 0;
    }
}
