package odonata.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Section {@code odonata.snapshot}.
 *
 * @param enabled off: nothing is sampled
 * @param interval between two samples
 * @param staleAfter a member not heard of for this long is stale
 * @param imbalanceWindow span of the imbalance index
 * @param topFlows flows that each member lists
 * @param events events that are kept
 */
public record SnapshotSettings(
        boolean enabled, Duration interval, Duration staleAfter, Duration imbalanceWindow, int topFlows, int events) {

    /** Reads and checks the section. */
    public static SnapshotSettings of(final Config config) {
        return new SnapshotSettings(
                Checks.flag(config, "odonata.snapshot.enabled"),
                Checks.duration(config, "odonata.snapshot.interval", Duration.ofMillis(100), Duration.ofSeconds(60)),
                Checks.duration(config, "odonata.snapshot.stale-after", Duration.ofSeconds(1), Duration.ofSeconds(60)),
                Checks.duration(
                        config, "odonata.snapshot.imbalance-window", Duration.ofSeconds(1), Duration.ofSeconds(60)),
                Checks.integer(config, "odonata.snapshot.top-flows", 0, 1000),
                Checks.integer(config, "odonata.snapshot.events", 10, 10_000));
    }
}
