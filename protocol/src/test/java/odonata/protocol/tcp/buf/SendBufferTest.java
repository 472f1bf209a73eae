package odonata.protocol.tcp.buf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import org.junit.jupiter.api.Test;

class SendBufferTest {

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
            final int taken = buffer.append(data, 0, data.length);
            assertThat(taken).isEqualTo(Math.min(data.length, 700 - model.size()));
            for (int j = 0; j < taken; j++) {
                model.add(data[j]);
            }
            final int dropped = seed.nextInt(model.size() + 1);
            buffer.drop(dropped);
            for (int j = 0; j < dropped; j++) {
                model.remove();
            }
            check(buffer, model);
        }
    }

    private static void check(final SendBuffer buffer, final ArrayDeque<Byte> model) {
        assertThat(buffer.length()).isEqualTo(model.size());
        assertThat(buffer.capacity()).isLessThanOrEqualTo(1_024);
        final byte[] got = new byte[model.size()];
        buffer.copy(0, got.length, got, 0);
        int at = 0;
        for (final byte b : model) {
            assertThat(got[at++]).isEqualTo(b);
        }
    }

    @Test
    void shouldRefuseWhatIsNotThere() {
        final SendBuffer buffer = new SendBuffer(10);
        buffer.append(new byte[4], 0, 4);
        assertThatThrownBy(() -> buffer.copy(2, 3, new byte[9], 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buffer.drop(5)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
