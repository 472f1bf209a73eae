package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.flow.FlowKey;
import org.junit.jupiter.api.Test;

/** RFC 6528. */
class IssGeneratorTest {
    private static final FlowKey FLOW = new FlowKey(1, 2, 3, 4, 6);
    private final IssGenerator iss = new IssGenerator(0x0123_4567_89ab_cdefL, 42);

    @Test
    void shouldTickEvery4MicrosecondsForOneFlow() {
        final int first = iss.next(FLOW, 4_000_000);
        assertThat(iss.next(FLOW, 4_000_003)).isEqualTo(first);
        assertThat(iss.next(FLOW, 4_000_004)).isEqualTo(first + 1);
        assertThat(iss.next(FLOW, 5_000_000)).isEqualTo(first + 250_000);
    }

    @Test
    void shouldDependOnEachOfTheFourValuesAndOnTheSecret() {
        final int first = iss.next(FLOW, 0);
        assertThat(iss.next(new FlowKey(2, 2, 3, 4, 6), 0)).isNotEqualTo(first);
        assertThat(iss.next(new FlowKey(1, 3, 3, 4, 6), 0)).isNotEqualTo(first);
        assertThat(iss.next(new FlowKey(1, 2, 4, 4, 6), 0)).isNotEqualTo(first);
        assertThat(iss.next(new FlowKey(1, 2, 3, 5, 6), 0)).isNotEqualTo(first);
        assertThat(new IssGenerator(0x0123_4567_89ab_cdefL, 43).next(FLOW, 0)).isNotEqualTo(first);
    }

    @Test
    void shouldLieAboveTheLastIncarnation() {
        final int first = iss.next(FLOW, 0);
        assertThat(iss.nextAbove(FLOW, 0, first + 5_000)).isEqualTo(first + 5_001);
        assertThat(iss.nextAbove(FLOW, 0, first - 5_000)).isEqualTo(first);
    }
}
