package odonata.testkit.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import odonata.protocol.clock.Seed;
import odonata.protocol.wire.NetOrder;
import org.junit.jupiter.api.Test;

class ImpairedQueueTest {
    private static final int PACKETS = 10_000;
    private static final int LENGTH = 40;
    private static final long GAP_NS = 100_000;

    /** Numbered packets, one every {@link #GAP_NS}, as they come out. */
    private static List<byte[]> carry(final ImpairedQueue queue) {
        final List<byte[]> out = new ArrayList<>();
        for (int i = 0; i < PACKETS; i++) {
            final byte[] packet = new byte[LENGTH];
            NetOrder.putInt(packet, 0, i);
            queue.offer(packet, i * GAP_NS);
            take(queue, i * GAP_NS, out);
        }
        take(queue, Long.MAX_VALUE - 1, out);
        return out;
    }

    private static void take(final ImpairedQueue queue, final long nowNs, final List<byte[]> out) {
        while (queue.nextDueNs() <= nowNs) {
            out.add(queue.take());
        }
    }

    private static List<byte[]> carry(final Impairment impairment, final long seed) {
        return carry(new ImpairedQueue(impairment, Seed.of(seed)));
    }

    private static List<Integer> numbers(final List<byte[]> packets) {
        return packets.stream().map(packet -> NetOrder.getInt(packet, 0)).toList();
    }

    private static long overtaken(final List<Integer> numbers) {
        long n = 0;
        int most = -1;
        for (final int number : numbers) {
            n += number < most ? 1 : 0;
            most = Math.max(most, number);
        }
        return n;
    }

    @Test
    void shouldCarryEverythingInOrderWhenItDoesNothing() {
        final List<Integer> numbers = numbers(carry(Impairment.none(), 1));
        assertThat(numbers).hasSize(PACKETS).isSorted();
    }

    @Test
    void shouldLoseItsShare() {
        final ImpairedQueue queue = new ImpairedQueue(Impairment.none().losing(0.05), Seed.of(1));
        assertThat(carry(queue)).hasSize((int) (PACKETS - queue.lost()));
        assertThat(queue.lost()).isCloseTo(500, within(100L));
    }

    @Test
    void shouldDoubleItsShare() {
        final List<Integer> numbers = numbers(carry(Impairment.none().doubling(0.05), 1));
        assertThat(numbers).hasSizeBetween(PACKETS + 400, PACKETS + 600).isSorted();
        assertThat(numbers.stream().distinct()).hasSize(PACKETS);
    }

    @Test
    void shouldChangeOneBitOfItsShare() {
        long changed = 0;
        for (final byte[] packet : carry(Impairment.none().corrupting(0.05), 1)) {
            int bits = 0;
            for (int i = Integer.BYTES; i < LENGTH; i++) {
                bits += Integer.bitCount(packet[i] & 0xff);
            }
            assertThat(bits).isLessThan(2);
            changed += bits;
        }
        assertThat(changed).isCloseTo(450, within(100L));
    }

    @Test
    void shouldLetItsShareBeOvertaken() {
        final List<Integer> numbers = numbers(carry(Impairment.none().reordering(0.05), 1));
        assertThat(numbers).hasSize(PACKETS);
        assertThat(overtaken(numbers)).isCloseTo(500, within(100L));
    }

    /** All that comes out of one packet, and when. */
    private static List<Long> times(final Impairment impairment) {
        final ImpairedQueue queue = new ImpairedQueue(impairment, Seed.of(1));
        queue.offer(new byte[LENGTH], 7);
        final List<Long> times = new ArrayList<>();
        while (queue.nextDueNs() != Long.MAX_VALUE) {
            times.add(queue.nextDueNs());
            queue.take();
        }
        return times;
    }

    @Test
    void shouldBeLateBeyondTheDelayAndTheTwinIsNot() {
        assertThat(times(Impairment.none().delaying(50).reordering(1))).containsExactly(53_000_007L);
        assertThat(times(Impairment.none().delaying(50).reordering(1).doubling(1)))
                .containsExactly(50_000_007L, 53_000_007L);
    }

    @Test
    void shouldLoseATwinWithItsPacketAndChangeOnlyOneOfThem() {
        assertThat(times(Impairment.none().losing(1).doubling(1))).isEmpty();
        final ImpairedQueue queue =
                new ImpairedQueue(Impairment.none().corrupting(1).doubling(1), Seed.of(1));
        queue.offer(new byte[LENGTH], 7);
        assertThat(queue.take()).isNotEqualTo(new byte[LENGTH]);
        assertThat(queue.take()).isEqualTo(new byte[LENGTH]);
    }

    @Test
    void shouldKeepTheOrderOfThoseThatCameAtOnce() {
        final ImpairedQueue queue = new ImpairedQueue(Impairment.none(), Seed.of(1));
        for (byte i = 0; i < 20; i++) {
            queue.offer(new byte[] {i}, 7);
        }
        for (byte i = 0; i < 20; i++) {
            assertThat(queue.take()).containsExactly(i);
        }
    }

    @Test
    void shouldDoTheSameWhenPacketsComeAtOtherTimes() {
        final List<List<Integer>> runs = new ArrayList<>();
        for (final long gapNs : new long[] {100, 101}) {
            final ImpairedQueue queue =
                    new ImpairedQueue(Impairment.none().losing(0.3).doubling(0.1), Seed.of(1));
            final List<byte[]> out = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                final byte[] packet = new byte[LENGTH];
                NetOrder.putInt(packet, 0, i);
                queue.offer(packet, i * gapNs);
            }
            take(queue, Long.MAX_VALUE - 1, out);
            runs.add(numbers(out));
        }
        assertThat(runs.get(1)).isEqualTo(runs.get(0));
    }

    @Test
    void shouldDelayEachAlike() {
        final ImpairedQueue queue = new ImpairedQueue(Impairment.none().delaying(50), Seed.of(1));
        queue.offer(new byte[LENGTH], 7);
        assertThat(queue.nextDueNs()).isEqualTo(50_000_007);
    }

    @Test
    void shouldLoseWhatExceedsItsRoom() {
        final ImpairedQueue queue = new ImpairedQueue(new Impairment(0, 0, 0, 0, 1, 0, 3), Seed.of(1));
        for (int i = 0; i < 5; i++) {
            queue.offer(new byte[LENGTH], 0);
        }
        assertThat(queue.lost()).isEqualTo(2);
    }

    @Test
    void shouldDoTheSameWithTheSameSeed() {
        final Impairment all =
                Impairment.none().losing(0.1).doubling(0.1).corrupting(0.1).reordering(0.1);
        assertThat(carry(all, 5).toArray(byte[][]::new))
                .isDeepEqualTo(carry(all, 5).toArray(byte[][]::new));
        assertThat(numbers(carry(all, 5))).isNotEqualTo(numbers(carry(all, 6)));
    }

    @Test
    void shouldRefuseWhatIsNoProbability() {
        assertThatThrownBy(() -> Impairment.none().losing(1.1)).isInstanceOf(IllegalArgumentException.class);
    }
}
