package odonata.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Section {@code odonata.demo}.
 *
 * @param duration how long load is driven
 * @param rate requests per second of the open-loop load
 * @param flows distinct flows of the load
 * @param replayRate packets per second of the replay; 0: spread over three quarters of the duration
 */
public record DemoSettings(Duration duration, int rate, int flows, int replayRate) {

    /** Reads and checks the section. */
    public static DemoSettings of(final Config config) {
        return new DemoSettings(
                Checks.duration(config, "odonata.demo.duration", Duration.ofSeconds(1), Duration.ofSeconds(3600)),
                Checks.integer(config, "odonata.demo.rate", 1, 1_000_000),
                Checks.integer(config, "odonata.demo.flows", 1, 60_000),
                Checks.integer(config, "odonata.demo.replay-rate", 0, 1_000_000));
    }
}
