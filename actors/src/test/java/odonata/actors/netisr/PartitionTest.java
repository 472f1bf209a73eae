package odonata.actors.netisr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import odonata.actors.netisr.PartitionWorld.Script;
import odonata.protocol.flow.BucketMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PartitionTest {
    private static final int B = PartitionWorld.BUCKET;

    /** Map in which every bucket is CPU 0's, except the one that matters. */
    private static BucketMap map(final long version, final int[] cpus, final int owner, final int from) {
        final int[] owners = new int[BucketMap.BUCKETS];
        Arrays.fill(owners, cpus[0]);
        owners[B] = owner;
        final int[] froms = new int[BucketMap.BUCKETS];
        Arrays.fill(froms, BucketMap.NONE);
        froms[B] = from;
        return new BucketMap(version, cpus, owners, froms);
    }

    private static int[] cpus(final int... ids) {
        return ids;
    }

    /** Every order in which things can happen; states that were seen are not entered again. Answers their number. */
    private static int explore(final Script script, final Consumer<PartitionWorld> atEnd) {
        final Set<String> seen = new HashSet<>();
        final ArrayDeque<List<String>> open = new ArrayDeque<>();
        open.add(List.of());
        while (!open.isEmpty()) {
            final List<String> path = open.removeLast();
            for (final String choice : replay(script, path).choices()) {
                final List<String> longer = new ArrayList<>(path);
                longer.add(choice);
                final PartitionWorld world;
                try {
                    world = replay(script, longer);
                    if (world.choices().isEmpty()) {
                        atEnd.accept(world);
                    }
                } catch (final AssertionError | IllegalStateException failed) {
                    throw new AssertionError("after " + longer, failed);
                }
                if (seen.add(world.fingerprint())) {
                    open.add(longer);
                }
            }
        }
        return seen.size();
    }

    private static PartitionWorld replay(final Script script, final List<String> path) {
        final PartitionWorld world = new PartitionWorld(script);
        path.forEach(world::perform);
        return world;
    }

    private static void expectAllServed(final PartitionWorld world, final Script script, final int owner) {
        assertThat(world.served).hasSize(script.packets());
        assertThat(world.refused).isZero();
        assertThat(world.cpu(owner).flows.getOrDefault(B, 0L)).isEqualTo(script.packets());
        for (int i = 0; i < script.cpus(); i++) {
            if (i != owner) {
                assertThat(world.cpu(i).flows).as("state on cpu " + i).isEmpty();
            }
        }
    }

    @Nested
    class InEveryOrder {
        @Test
        void shouldServeOnceAndInOrderWhenTheDeviceIsAtTheOldOwner() {
            final Script script = new Script(
                    2, 0, 3, List.of(map(1, cpus(0, 1), 0, -1), map(2, cpus(0, 1), 1, 0)), false, BucketMap.NONE);
            final int states = explore(script, world -> {
                expectAllServed(world, script, 1);
                assertThat(world.cpu(1).tookOver).isEqualTo(2);
            });
            assertThat(states).isGreaterThan(100);
        }

        @Test
        void shouldServeOnceAndInOrderWhenTheDeviceIsAtTheNewOwner() {
            final Script script = new Script(
                    2, 1, 3, List.of(map(1, cpus(0, 1), 0, -1), map(2, cpus(0, 1), 1, 0)), false, BucketMap.NONE);
            explore(script, world -> expectAllServed(world, script, 1));
        }

        @Test
        void shouldServeOnceAndInOrderWhenTheDeviceIsAtAThirdCpu() {
            final Script script = new Script(
                    3, 2, 3, List.of(map(1, cpus(0, 1, 2), 0, -1), map(2, cpus(0, 1, 2), 1, 0)), false, BucketMap.NONE);
            final int states = explore(script, world -> expectAllServed(world, script, 1));
            assertThat(states).isGreaterThan(1000);
        }

        @Test
        void shouldServeOnceAndInOrderWhenVersionsAreLeftOut() {
            final Script script = new Script(
                    2,
                    0,
                    2,
                    List.of(map(1, cpus(0, 1), 0, -1), map(2, cpus(0, 1), 1, 0), map(3, cpus(0, 1), 1, 0)),
                    true,
                    BucketMap.NONE);
            explore(script, world -> {
                expectAllServed(world, script, 1);
                assertThat(world.cpu(1).tookOver).isEqualTo(3);
            });
        }

        @Test
        void shouldServeOnceAndInOrderWhenANewCpuTakesTheBucket() {
            final Script script = new Script(
                    2, 0, 3, List.of(map(1, cpus(0), 0, -1), map(2, cpus(0, 1), 1, 0)), false, BucketMap.NONE);
            explore(script, world -> expectAllServed(world, script, 1));
        }

        @Test
        void shouldServeOnceAndInOrderWhenTheOwnerGivesTheBucketAwayAndLeaves() {
            final Script script = new Script(
                    2,
                    1,
                    2,
                    List.of(map(1, cpus(0, 1), 0, -1), map(2, cpus(0, 1), 1, 0), map(3, cpus(1), 1, -1)),
                    false,
                    BucketMap.NONE);
            explore(script, world -> {
                expectAllServed(world, script, 1);
                assertThat(world.cpu(0).left).isEqualTo(3);
            });
        }

        @Test
        void shouldTakeTheBucketBackWhenTheMoveIsRevoked() {
            final Script script = new Script(
                    2,
                    0,
                    2,
                    List.of(map(1, cpus(0, 1), 0, -1), map(2, cpus(0, 1), 1, 0), map(3, cpus(0, 1), 0, 1)),
                    false,
                    BucketMap.NONE);
            explore(script, world -> expectAllServed(world, script, 0));
        }
    }

    @Nested
    class WhenTwoLeaveTogether {
        /** Each would take the other's answer for a question. */
        @Test
        void shouldNotAnswerEachOther() {
            final Script script = new Script(3, 0, 1, List.of(map(1, cpus(0, 1, 2), 0, -1)), false, BucketMap.NONE);
            final PartitionWorld world = new PartitionWorld(script);
            world.cpu(1).partition.apply(map(2, cpus(0), 0, -1));
            world.cpu(1).partition.marker(2, 2);
            assertThat(world.sentTo(1, 2)).isEmpty();
            assertThat(world.sentTo(1, 0)).hasSize(1);
        }
    }

    @Nested
    class WhenACpuDies {
        @Test
        void shouldStartWithWhatThereIsWhenTheOldOwnerDies() {
            final Script script = new Script(
                    3,
                    2,
                    2,
                    List.of(map(1, cpus(0, 1, 2), 0, -1), map(2, cpus(0, 1, 2), 1, 0), map(3, cpus(1, 2), 1, -1)),
                    false,
                    0);
            explore(script, world -> {
                assertThat(world.cpu(1).partition.decide(B, 3)).isEqualTo(Verdict.SERVE);
                assertThat(world.cpu(1).holds.held()).isZero();
                assertThat(world.cpu(1).tookOver).isEqualTo(3);
            });
        }

        @Test
        void shouldGiveToTheNextWhenTheNewOwnerDies() {
            final Script script = new Script(
                    3,
                    0,
                    2,
                    List.of(map(1, cpus(0, 1, 2), 0, -1), map(2, cpus(0, 1, 2), 1, 0), map(3, cpus(0, 2), 2, 0)),
                    false,
                    1);
            explore(script, world -> {
                assertThat(world.cpu(2).partition.decide(B, 3)).isEqualTo(Verdict.SERVE);
                assertThat(world.cpu(0).partition.decide(B, 3)).isEqualTo(Verdict.FORWARD);
                assertThat(world.cpu(2).holds.held()).isZero();
                assertThat(world.cpu(2).tookOver).isEqualTo(3);
            });
        }

        @Test
        void shouldFinishTheMoveWhenABystanderDies() {
            final Script script = new Script(
                    3,
                    0,
                    2,
                    List.of(map(1, cpus(0, 1, 2), 0, -1), map(2, cpus(0, 1, 2), 1, 0), map(3, cpus(0, 1), 1, 0)),
                    false,
                    2);
            explore(script, world -> {
                expectAllServed(world, script, 1);
                assertThat(world.cpu(1).tookOver).isEqualTo(3);
            });
        }
    }
}
