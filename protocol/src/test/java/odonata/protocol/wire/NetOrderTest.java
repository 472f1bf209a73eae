package odonata.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NetOrderTest {
    @Test
    void shouldReadUnsignedWithFirstOctetHighest() {
        final byte[] data = Hex.bytes("00 ff fe fd fc 01");
        assertThat(NetOrder.getByte(data, 1)).isEqualTo(0xff);
        assertThat(NetOrder.getShort(data, 1)).isEqualTo(0xfffe);
        assertThat(NetOrder.getInt(data, 1)).isEqualTo(0xfffe_fdfc);
    }

    @Test
    void shouldWriteLowBitsOnly() {
        final byte[] data = new byte[7];
        NetOrder.putByte(data, 0, 0x1ab);
        NetOrder.putShort(data, 1, 0x1cdef);
        NetOrder.putInt(data, 3, 0x0102_0304);
        assertThat(Hex.digits(data)).isEqualTo("abcdef01020304");
    }

    @Test
    void shouldRefuseFieldOutsideArray() {
        assertThatThrownBy(() -> NetOrder.getInt(new byte[4], 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> NetOrder.putShort(new byte[4], 3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
