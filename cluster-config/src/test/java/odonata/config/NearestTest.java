package odonata.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
    private static final List<String> OPTIONS = List.of("--members", "--cpus", "--duration");

    @Test
    void shouldFindMistypedWord() {
        assertThat(Nearest.of("--membres", OPTIONS)).contains("--members");
        assertThat(Nearest.of("--duraton", OPTIONS)).contains("--duration");
    }

    @Test
    void shouldSayNothingWhenNothingIsNear() {
        assertThat(Nearest.of("zzzzzzzzzz", OPTIONS)).isEmpty();
        assertThat(Nearest.hint("zzzzzzzzzz", OPTIONS)).isEmpty();
    }

    @Test
    void shouldCountSwapAsOneStep() {
        assertThat(Nearest.distance("abcd", "abdc")).isEqualTo(1);
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    }
}
