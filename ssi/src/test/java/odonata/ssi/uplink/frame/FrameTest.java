package odonata.ssi.uplink.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FrameTest {
    private final FrameWriter writer = new FrameWriter(3, 7, 128, Optional.empty());
    private final FrameReader reader = new FrameReader();

    private byte[] frame() {
        final byte[] bytes = new byte[writer.seal()];
        writer.view().getBytes(0, bytes);
        return bytes;
    }

    private void add(final int... entry) {
        for (int i = 0; i < entry.length; i++) {
            writer.bytes()[writer.position() + i] = (byte) entry[i];
        }
        writer.added(entry.length);
    }

    @Test
    void shouldHaveTheDocumentedLayout() {
        add(0xaa, 0xbb);
        assertThat(HexFormat.of().formatHex(frame()))
                .isEqualTo("4f64" + "01" + "01" + "0000" + "0100" + "22000000" + "38594032" + "03000000" + "07000000"
                        + "0100000000000000" + "aabb");
    }

    @Test
    void shouldReadWhatWasWritten() {
        writer.begin(FrameKind.PONG);
        add(1);
        add(2, 3);
        final byte[] frame = frame();
        assertThat(reader.header(frame, frame.length)).isEqualTo(FrameFault.NONE);
        assertThat(reader.verify(Optional.empty())).isEqualTo(FrameFault.NONE);
        assertThat(reader.kind()).isEqualTo(FrameKind.PONG);
        assertThat(reader.count()).isEqualTo(2);
        assertThat(reader.source()).isEqualTo(3);
        assertThat(reader.cpu()).isEqualTo(7);
        assertThat(reader.sequence()).isEqualTo(1);
        assertThat(reader.bodyLength()).isEqualTo(3);
    }

    @Test
    void shouldCountUpWithEachFrameSentAndKeepTheNumberOfOneThatWaits() {
        add(1);
        frame();
        add(2);
        final byte[] grown = frame();
        reader.header(grown, grown.length);
        assertThat(reader.verify(Optional.empty())).isEqualTo(FrameFault.NONE);
        assertThat(reader.sequence()).isEqualTo(1);
        assertThat(reader.count()).isEqualTo(2);
        writer.sent();
        assertThat(writer.isEmpty()).isTrue();
        add(3);
        final byte[] next = frame();
        reader.header(next, next.length);
        assertThat(reader.sequence()).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        assertThat(writer.fits(96)).isTrue();
        assertThat(writer.fits(97)).isFalse();
        assertThatThrownBy(() -> writer.added(97)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldNameEveryFault() {
        add(1);
        final byte[] good = frame();
        assertThat(fault(good, 0, good[0], 31)).isEqualTo(FrameFault.SHORT);
        assertThat(fault(good, 0, 'X', good.length)).isEqualTo(FrameFault.MAGIC);
        assertThat(fault(good, 2, 9, good.length)).isEqualTo(FrameFault.VERSION);
        assertThat(fault(good, 3, 31, good.length)).isEqualTo(FrameFault.KIND);
        assertThat(fault(good, 8, 32, good.length)).isEqualTo(FrameFault.LENGTH);
        assertThat(fault(good, 32, 2, good.length)).isEqualTo(FrameFault.CHECKSUM);
        assertThat(fault(good, 4, 1, good.length)).isEqualTo(FrameFault.MAC);
        assertThat(fault(good, 0, good[0], good.length)).isEqualTo(FrameFault.NONE);
    }

    private FrameFault fault(final byte[] good, final int at, final int value, final int length) {
        final byte[] bad = good.clone();
        bad[at] = (byte) value;
        final FrameFault shape = reader.header(bad, length);
        return shape == FrameFault.NONE ? reader.verify(Optional.empty()) : shape;
    }
}
