package odonata.actors.usched;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where a new process starts. */
class CpuChoiceTest {
    private final CpuChoice choice = new CpuChoice(4, 0);

    private int choose(final int... upris) {
        return choice.choose(150, slot -> true, slot -> upris[slot]);
    }

    @Test
    void shouldPreferACpuThatRunsNoUserCode() {
        assertThat(choose(200, 200, UserClass.NOBODY, 200)).isEqualTo(2);
    }

    @Test
    void shouldPreferOneThatRunsAWorseThreadByAQueue() {
        assertThat(choose(150, 153, 100, 154)).isEqualTo(3);
    }

    @Test
    void shouldGoRoundWhenAllAreAlike() {
        for (int i = 0; i < 8; i++) {
            assertThat(choose(100, 100, 100, 100)).isEqualTo(i % 4);
        }
    }

    @Test
    void shouldGoRoundAmongIdleOnes() {
        final int none = UserClass.NOBODY;
        for (int i = 0; i < 8; i++) {
            assertThat(choose(none, none, none, none)).isEqualTo(i % 4);
        }
    }
}
