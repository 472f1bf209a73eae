package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import odonata.actors.testing.Bed;
import odonata.protocol.clock.Seed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunQueueTest {
    private final Bed bed = Bed.virtual(1);
    private final RunQueue queue = new RunQueue();

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void I3_highestPriorityThenFirstIn() {
        final CpuThread low = thread(1);
        final CpuThread first = thread(31);
        final CpuThread second = thread(31);
        queue.add(low);
        queue.add(first);
        queue.add(second);
        assertThat(queue.best()).isSameAs(first);
        queue.removeIfThere(first);
        assertThat(queue.best()).isSameAs(second);
        queue.removeIfThere(second);
        assertThat(queue.best()).isSameAs(low);
        queue.removeIfThere(low);
        assertThat(queue.best()).isNull();
    }

    @Test
    void I2_I11_aSecondScheduleIsNone() {
        final CpuThread thread = thread(12);
        assertThat(queue.add(thread)).isTrue();
        assertThat(queue.add(thread)).isFalse();
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.removeIfThere(thread)).isTrue();
        assertThat(queue.best()).isNull();
        assertThat(queue.removeIfThere(thread)).isFalse();
    }

    @Test
    void I4_eachRunsOnceInAnyRoundWhenAllYield() {
        final int n = 5;
        for (int i = 0; i < n; i++) {
            queue.add(thread(12));
        }
        for (int round = 0; round < 4; round++) {
            final Map<CpuThread, Integer> runs = new HashMap<>();
            for (int i = 0; i < n; i++) {
                final CpuThread best = queue.best();
                runs.merge(best, 1, Integer::sum);
                queue.moveToTail(best);
            }
            assertThat(runs).hasSize(n);
        }
    }

    @Test
    void shouldAgreeWithAPlainModel() {
        final Seed seed = Seed.of(4);
        final Map<Integer, ArrayDeque<CpuThread>> model = new HashMap<>();
        for (int pri = 1; pri < RunQueue.LEVELS; pri++) {
            model.put(pri, new ArrayDeque<>());
        }
        for (int i = 0; i < 20_000; i++) {
            final int pri = 1 + seed.nextInt(RunQueue.LEVELS - 1);
            if (seed.chance(0.4)) {
                final CpuThread thread = thread(pri);
                queue.add(thread);
                model.get(pri).add(thread);
            } else if (queue.best() != null) {
                final CpuThread best = queue.best();
                if (seed.chance(0.5)) {
                    queue.moveToTail(best);
                    model.get(best.pri()).add(model.get(best.pri()).remove());
                } else {
                    queue.removeIfThere(best);
                    model.get(best.pri()).remove();
                }
            }
            assertThat(queue.best()).isSameAs(best(model));
        }
    }

    private static CpuThread best(final Map<Integer, ArrayDeque<CpuThread>> model) {
        for (int pri = RunQueue.LEVELS - 1; pri > 0; pri--) {
            if (!model.get(pri).isEmpty()) {
                return model.get(pri).peek();
            }
        }
        return null;
    }

    private CpuThread thread(final int pri) {
        return new CpuThread(bed.cpu(0), "t", 0, pri, 0, ThreadClass.KERNEL);
    }
}
