package odonata.protocol.tcp.buf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import odonata.protocol.clock.Seed;
import org.junit.jupiter.api.Test;

class ReceiveBufferTest {
    private final RingZone zone = new RingZone();
    private static final int RUNS = 2_000;

    private static byte[] bytes(final Seed seed, final int count) {
        final byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) seed.nextLong();
        }
        return bytes;
    }

    private static byte[] text(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void shouldGiveTheStreamExactlyOnceInAnyOrderWithOverlapsAndDuplicates() {
        final Long only = Long.getLong("seed");
        final long first = only == null ? 1 : only;
        for (long seed = first; seed <= (only == null ? RUNS : only); seed++) {
            try {
                deliver(Seed.of(seed));
            } catch (final AssertionError | RuntimeException e) {
                throw new AssertionError("ReceiveBufferTest -Dseed=" + seed, e);
            }
        }
    }

    private void deliver(final Seed seed) {
        final byte[] stream = bytes(seed, 1 + seed.nextInt(3_000));
        final ReceiveBuffer buffer = new ReceiveBuffer(1 + seed.nextInt(4_000));
        final byte[] got = new byte[stream.length];
        final BitSet there = new BitSet();
        int next = 0;
        int read = 0;
        while (read < stream.length) {
            final int window = buffer.space();
            final int at = seed.nextInt(4) == 0 ? 0 : seed.nextInt(1 + Math.min(window, stream.length - next));
            final int count = Math.min(1 + seed.nextInt(300), stream.length - next - at);
            final int pieces = buffer.ranges();
            final int grown = buffer.insert(zone, at, stream, next + at, Math.max(0, count));
            if (pieces < ReceiveBuffer.MAX_RANGES) {
                there.set(next + at, Math.max(next + at, next + Math.min(at + count, window)));
                assertThat(next + grown).isEqualTo(there.nextClearBit(next));
            }
            next += grown;
            checkPieces(buffer, there, next);
            if (seed.nextInt(3) == 0) {
                final byte[] bytes = buffer.read(zone, Math.min(seed.nextInt(2_000), got.length - read));
                System.arraycopy(bytes, 0, got, read, bytes.length);
                read += bytes.length;
            }
            assertThat(buffer.available()).isEqualTo(next - read);
        }
        assertThat(got).isEqualTo(stream);
        assertThat(buffer.capacity()).isLessThanOrEqualTo(256);
    }

    private static void checkPieces(final ReceiveBuffer buffer, final BitSet there, final int next) {
        int bytes = 0;
        for (int i = 0; i < buffer.ranges(); i++) {
            assertThat(buffer.left(i)).isPositive();
            assertThat(there.get(next + buffer.left(i) - 1)).isFalse();
            assertThat(there.nextClearBit(next + buffer.left(i))).isEqualTo(next + buffer.right(i));
            bytes += buffer.right(i) - buffer.left(i);
        }
        assertThat(bytes)
                .isEqualTo(there.get(next, Math.max(next, there.length())).cardinality());
    }

    @Test
    void shouldKeepWhatCameFirstWhereSegmentsOverlap() {
        final ReceiveBuffer buffer = new ReceiveBuffer(100);
        buffer.insert(zone, 2, text("BB"), 0, 2);
        assertThat(buffer.insert(zone, 0, text("aaaaaa"), 0, 6)).isEqualTo(6);
        assertThat(buffer.read(zone, 6)).isEqualTo(text("aaBBaa"));
    }

    @Test
    void shouldNameThePieceThatChangedLastFirst() {
        final ReceiveBuffer buffer = new ReceiveBuffer(1_000);
        buffer.insert(zone, 100, new byte[10], 0, 10);
        buffer.insert(zone, 300, new byte[10], 0, 10);
        buffer.insert(zone, 110, new byte[10], 0, 10);
        assertThat(buffer.ranges()).isEqualTo(2);
        assertThat(new int[] {buffer.left(0), buffer.right(0), buffer.left(1), buffer.right(1)})
                .containsExactly(100, 120, 300, 310);
    }

    @Test
    void shouldBoundBytesAndPieces() {
        final ReceiveBuffer buffer = new ReceiveBuffer(1_000);
        assertThat(buffer.insert(zone, 0, new byte[5_000], 0, 5_000)).isEqualTo(1_000);
        assertThat(buffer.insert(zone, 0, new byte[1], 0, 1)).isZero();
        assertThat(buffer.capacity()).isEqualTo(1_024);
        final ReceiveBuffer many = new ReceiveBuffer(1_000);
        for (int i = 0; i < 200; i++) {
            many.insert(zone, 2 + 2 * i, new byte[1], 0, 1);
        }
        assertThat(many.ranges()).isEqualTo(ReceiveBuffer.MAX_RANGES);
        assertThat(many.insert(zone, 0, new byte[2], 0, 2)).isEqualTo(3);
    }

    @Test
    void shouldGiveBackTheMemoryOfAnEmptyBufferOnly() {
        final ReceiveBuffer buffer = new ReceiveBuffer(100);
        buffer.insert(zone, 0, text("abc"), 0, 3);
        buffer.trim();
        assertThat(buffer.read(zone, 3)).isEqualTo(text("abc"));
        assertThat(buffer.capacity()).isPositive();
        buffer.trim();
        assertThat(buffer.capacity()).isZero();
        assertThat(buffer.insert(zone, 0, text("de"), 0, 2)).isEqualTo(2);
    }

    @Test
    void shouldLeaveWhatWasOnlyLookedAt() {
        final ReceiveBuffer buffer = new ReceiveBuffer(100);
        buffer.insert(zone, 0, text("abc"), 0, 3);
        assertThat(buffer.peek(2)).isEqualTo(text("ab"));
        assertThat(buffer.available()).isEqualTo(3);
        assertThat(buffer.read(zone, 9)).isEqualTo(text("abc"));
        assertThat(buffer.read(zone, 9)).isEmpty();
    }
}
