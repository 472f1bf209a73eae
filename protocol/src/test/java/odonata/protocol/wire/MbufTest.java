package odonata.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MbufTest {
    @Test
    void shouldCoverWholeArrayWhenMadeHere() {
        final Mbuf mbuf = Mbuf.of(new byte[40]);
        assertThat(mbuf.offset()).isZero();
        assertThat(mbuf.length()).isEqualTo(40);
        assertThat(mbuf.rcvif()).isZero();
    }

    @Test
    void shouldRejectWindowOutsideArray() {
        assertThatThrownBy(() -> new Mbuf(new byte[40], 1, 40, 0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new Mbuf(new byte[40], -1, 4, 0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldRejectMoreThanIpPacketHolds() {
        assertThat(Mbuf.of(new byte[Mbuf.MAX_LENGTH]).length()).isEqualTo(65_535);
        assertThatThrownBy(() -> Mbuf.of(new byte[Mbuf.MAX_LENGTH + 1])).hasMessage("length=65536 exceeds 65535");
    }
}
