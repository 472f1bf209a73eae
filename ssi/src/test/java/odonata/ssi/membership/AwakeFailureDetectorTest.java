package odonata.ssi.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.concurrent.TimeUnit;
import odonata.ssi.membership.AwakeFailureDetector.AwakeClock;
import org.junit.jupiter.api.Test;

class AwakeFailureDetectorTest {
    private static final long BEAT_MS = 1_000;
    private static final long REAPER_MS = 500;
    private static final Config CONFIG = ConfigFactory.parseString("acceptable-heartbeat-pause = 3500 ms")
            .withFallback(ConfigFactory.parseResources("odonata-control-plane.conf")
                    .resolve()
                    .getConfig("akka.cluster.failure-detector"))
            .withFallback(ConfigFactory.load().getConfig("akka.cluster.failure-detector"));

    private long nowMs;
    private final AwakeFailureDetector detector =
            new AwakeFailureDetector(CONFIG, null, new AwakeClock(() -> TimeUnit.MILLISECONDS.toNanos(nowMs)));

    private void beatFor(final long ms) {
        for (final long end = nowMs + ms; nowMs < end; nowMs += BEAT_MS) {
            detector.heartbeat();
            assertThat(detector.isAvailable()).isTrue();
        }
    }

    /** Asks as Akka's reaper does; the milliseconds until it takes the other for dead. */
    private long silence() {
        final long from = nowMs;
        while (detector.isAvailable()) {
            nowMs += REAPER_MS;
            assertThat(nowMs).isLessThan(from + 60_000);
        }
        return nowMs - from;
    }

    @Test
    void shouldTakeASilentMemberForDead() {
        beatFor(20_000);
        assertThat(silence()).isBetween(3_500L, 6_500L);
    }

    @Test
    void shouldNotCountTheTimeInWhichItStoodStill() {
        beatFor(20_000);
        nowMs += 60_000;
        assertThat(detector.isAvailable()).isTrue();
        beatFor(5_000);
        assertThat(silence()).isBetween(3_500L, 6_500L);
    }

    @Test
    void shouldFindAMemberThatDiedMeanwhile() {
        beatFor(20_000);
        nowMs += 60_000;
        assertThat(silence()).isBetween(2_000L, 6_500L);
    }

    @Test
    void shouldNeverTakeACondemnedOneForAlive() {
        beatFor(20_000);
        detector.condemn();
        detector.heartbeat();
        assertThat(detector.isAvailable()).isFalse();
    }
}
