package odonata.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FlowKeyTest {
    @Test
    void shouldSwapEndsWhenReversed() {
        assertThat(new FlowKey(1, 2, 3, 4, 6).reversed()).isEqualTo(new FlowKey(3, 4, 1, 2, 6));
    }

    @Test
    void shouldRejectWhatNoHeaderCanCarry() {
        assertThatThrownBy(() -> new FlowKey(1, 65_536, 3, 4, 6)).hasMessageContaining("sport=65536");
        assertThatThrownBy(() -> new FlowKey(1, 2, 3, -1, 6)).hasMessageContaining("dport=-1");
        assertThatThrownBy(() -> new FlowKey(1, 2, 3, 4, 256)).hasMessageContaining("proto=256");
    }
}
