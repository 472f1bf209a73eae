package odonata.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlowStatsTest {
    @Test
    void shouldAddPacketsAndKeepEnds() {
        final FlowStats stats = FlowStats.first(40, 100).plus(60, 250).plus(10, 90);
        assertThat(stats).isEqualTo(new FlowStats(3, 110, 90, 250));
        assertThat(stats.durationNs()).isEqualTo(160);
    }

    @Test
    void shouldMergeParts() {
        assertThat(FlowStats.first(40, 100).merge(new FlowStats(2, 70, 50, 90)))
                .isEqualTo(new FlowStats(3, 110, 50, 100));
    }
}
