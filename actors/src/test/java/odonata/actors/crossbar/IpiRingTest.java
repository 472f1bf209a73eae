package odonata.actors.crossbar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.KernelPanic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpiRingTest {

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 20, -20})
    void I32_I33_orderAndBoundsHoldAlsoWhenIndicesWrap(final long start) {
        orderAndBounds(start, false);
        orderAndBounds(start, true);
    }

    private static void orderAndBounds(final long start, final boolean timed) {
        final IpiRing ring = new IpiRing(8, timed, start);
        final ArrayDeque<Integer> expected = new ArrayDeque<>();
        final Seed seed = Seed.of(start + 1);
        int next = 0;
        long executed = 0;
        for (int i = 0; i < 10_000; i++) {
            if (seed.chance(0.5) && ring.hasRoom(ring.capacity() - 1)) {
                ring.add(next, next);
                expected.add(next++);
            } else if (!ring.isEmpty()) {
                assertThat(ring.firstDueNs()).isEqualTo(timed ? expected.getFirst() : Long.MIN_VALUE);
                assertThat(ring.take()).isEqualTo(expected.poll());
                ring.completed();
                executed++;
            }
            assertThat(ring.occupancy()).isEqualTo(expected.size()).isLessThan(ring.capacity());
            assertThat(ring.executed()).isEqualTo(executed).isLessThanOrEqualTo(ring.received());
            assertThat(ring.sent() - ring.received()).isEqualTo(expected.size());
        }
        assertThat(executed).isGreaterThan(4_000);
    }

    @Test
    void I32_aRingIsNeverFilledCompletely() {
        final IpiRing ring = new IpiRing(4, false);
        for (int i = 0; i < 3; i++) {
            ring.add(i, 0);
        }
        assertThat(ring.hasRoom(3)).isFalse();
        assertThatThrownBy(() -> ring.add(3, 0)).isInstanceOf(KernelPanic.class).hasMessageContaining("overrun");
    }

    @Test
    void shouldForgetWhatWasTaken() {
        final IpiRing ring = new IpiRing(4, false);
        ring.add("x", 0);
        ring.take();
        assertThat(ring.isEmpty()).isTrue();
        assertThatThrownBy(ring::take).isInstanceOf(KernelPanic.class);
    }

    @Test
    void shouldCarryDueTimes() {
        final IpiRing ring = new IpiRing(4, true);
        assertThat(ring.firstDueNs()).isEqualTo(Long.MAX_VALUE);
        ring.add("x", 17);
        assertThat(ring.firstDueNs()).isEqualTo(17);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 12})
    void shouldRefuseOtherCapacitiesThanPowersOfTwo(final int capacity) {
        assertThatThrownBy(() -> new IpiRing(capacity, false)).isInstanceOf(KernelPanic.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 16, 256})
    void I33_eachEntryIsHandedOverOnceAndInOrderBetweenTwoThreads(final int capacity) {
        final int entries = 50_000;
        final IpiRing ring = new IpiRing(capacity, false, -1_000);
        final CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < entries; i++) {
                while (!ring.hasRoom(capacity - 1)) {
                    Thread.onSpinWait();
                }
                ring.add(new int[] {i}, 0);
            }
        });
        for (int i = 0; i < entries; i++) {
            while (ring.isEmpty()) {
                assertThat(producer.isCompletedExceptionally()).isFalse();
                Thread.onSpinWait();
            }
            assertThat(((int[]) ring.take())[0]).isEqualTo(i);
        }
        assertThat(ring.isEmpty()).isTrue();
    }
}
