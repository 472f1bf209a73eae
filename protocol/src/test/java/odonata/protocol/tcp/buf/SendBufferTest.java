package odonata.protocol.tcp.buf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Arrays;
import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import org.junit.jupiter.api.Test;

class SendBufferTest {
    private final RingZone zone = new RingZone();

    @Test
    void shouldBehaveAsAQueueOfBytes() {
        final Seed seed = Seeds.replayable("SendBufferTest");
        final SendBuffer buffer = new SendBuffer(700);
        final ArrayDeque<Byte> model = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            final byte[] data = new byte[seed.nextInt(400)];
            for (int j = 0; j < data.length; j++) {
                data[j] = (byte) seed.nextLong();
            }
            final int taken = buffer.append(zone, data, 0, data.length);
            assertThat(taken).isEqualTo(Math.min(data.length, 700 - model.size()));
            for (int j = 0; j < taken; j++) {
                model.add(data[j]);
            }
            final int dropped = seed.nextInt(model.size() + 1);
            buffer.drop(zone, dropped);
            for (int j = 0; j < dropped; j++) {
                model.remove();
            }
            check(buffer, model);
        }
    }

    private static void check(final SendBuffer buffer, final ArrayDeque<Byte> model) {
        assertThat(buffer.length()).isEqualTo(model.size());
        assertThat(buffer.capacity()).isLessThanOrEqualTo(1_024);
        final byte[] got = buffer.copyOf(0, 0, model.size());
        int at = 0;
        for (final byte b : model) {
            assertThat(got[at++]).isEqualTo(b);
        }
    }

    @Test
    void shouldRefuseWhatIsNotThere() {
        final SendBuffer buffer = new SendBuffer(10);
        buffer.append(zone, new byte[4], 0, 4);
        assertThatThrownBy(() -> buffer.copyOf(0, 2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buffer.drop(zone, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldKeepBuffersApartThatGiveEachOtherTheirArrays() {
        final Seed seed = Seeds.replayable("SendBufferTest");
        final SendBuffer[] buffers = new SendBuffer[5];
        final byte[][] streams = new byte[buffers.length][];
        final int[] dropped = new int[buffers.length];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = new SendBuffer(200_000);
            streams[i] = new byte[400_000];
            for (int j = 0; j < streams[i].length; j++) {
                streams[i][j] = (byte) seed.nextLong();
            }
        }
        for (int n = 0; n < 20_000; n++) {
            final int i = seed.nextInt(buffers.length);
            final SendBuffer buffer = buffers[i];
            final int end = dropped[i] + buffer.length();
            final int count = Math.min(streams[i].length - end, seed.nextInt(1 << seed.nextInt(18)));
            buffer.append(zone, streams[i], end, count);
            final int drop = seed.nextInt(3) == 0 ? buffer.length() : seed.nextInt(buffer.length() + 1);
            final int before = seed.nextInt(3);
            final byte[] got = buffer.copyOf(before, 0, buffer.length());
            assertThat(got).hasSize(before + buffer.length());
            assertThat(Arrays.copyOfRange(got, before, got.length))
                    .isEqualTo(Arrays.copyOfRange(streams[i], dropped[i], dropped[i] + buffer.length()));
            buffer.drop(zone, drop);
            dropped[i] += drop;
            if (dropped[i] == streams[i].length) {
                dropped[i] = 0;
            }
        }
    }

    @Test
    void shouldKeepNoLargeArrayForALittleThatIsAcknowledgedLate() {
        final SendBuffer buffer = new SendBuffer(10_000);
        buffer.append(zone, new byte[8_192], 0, 8_192);
        buffer.drop(zone, 5_840);
        assertThat(buffer.capacity()).isEqualTo(4_096);
        buffer.drop(zone, 2_352);
        assertThat(buffer.capacity()).isZero();
    }
}
