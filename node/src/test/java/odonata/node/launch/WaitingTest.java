package odonata.node.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitingTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private long nowNs;
    private int looks;

    private <T> T until(final Waiting.Look<T> look) throws InterruptedException {
        return Waiting.until(() -> nowNs, 0, LIMIT, "the door is shut", look);
    }

    @Test
    void shouldGiveWhatIsSeenFirst() throws InterruptedException {
        final int seen = until(why -> ++looks < 3 ? Optional.empty() : Optional.of(looks));
        assertThat(seen).isEqualTo(3);
    }

    @Test
    void shouldSayTheLastReasonWhenTheTimeIsUp() {
        assertThatThrownBy(() -> until(why -> {
                    why.accept("look " + ++looks);
                    nowNs += LIMIT.toNanos() / 2;
                    return Optional.empty();
                }))
                .isInstanceOfSatisfying(
                        CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(CommandFailure.TIMED_OUT))
                .hasMessage("the door is shut after 5 s: look 2");
    }

    @Test
    void shouldTakeItForAReasonThatNobodyAnswers() {
        assertThatThrownBy(() -> until(why -> {
                    nowNs += LIMIT.toNanos();
                    throw new IOException("connection refused");
                }))
                .hasMessage("the door is shut after 5 s: connection refused");
    }

    @Test
    void shouldLookOnceThoughTheTimeIsUp() throws InterruptedException {
        nowNs = 2 * LIMIT.toNanos();
        final String seen = until(why -> Optional.of("open"));
        assertThat(seen).isEqualTo("open");
    }

    @Test
    void shouldLetAFailureThrough() {
        assertThatThrownBy(() -> until(why -> {
                    throw new CommandFailure(1, "it burns");
                }))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("it burns");
    }
}
