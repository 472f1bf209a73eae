package odonata.ssi.uplink;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import odonata.config.Checks;
import odonata.config.ConfigException;

/**
 * Section {@code odonata.driver}: the media driver that a process runs for itself.
 *
 * @param folder where the driver's own folder is made
 * @param termLength bytes of one of the three buffers of each direction of a link; power of two
 * @param mtu largest datagram payload in bytes
 * @param idleMax longest sleep of the driver's thread and of the receiving agent when nothing happens
 * @param liveness silence after which the other end of a link is taken for dead
 */
public record DriverSettings(Path folder, int termLength, int mtu, Duration idleMax, Duration liveness) {
    private static final int MIN_TERM = 64 << 10;
    private static final int MAX_TERM = 64 << 20;
    private static final int MIN_MTU = 1408;
    private static final int MAX_MTU = 65_504;

    /** Checks the values. */
    public DriverSettings {
        if (Integer.bitCount(termLength) != 1 || termLength < MIN_TERM || termLength > MAX_TERM) {
            throw new ConfigException(
                    "odonata.driver.term-length", termLength, "a power of two, " + MIN_TERM + ".." + MAX_TERM);
        }
        if (mtu < MIN_MTU || mtu > MAX_MTU || mtu % 32 != 0) {
            throw new ConfigException("odonata.driver.mtu", mtu, "a multiple of 32, " + MIN_MTU + ".." + MAX_MTU);
        }
    }

    /** Reads and checks the section. */
    public static DriverSettings of(final Config config) {
        return new DriverSettings(
                Path.of(config.getString("odonata.driver.folder")),
                Checks.integer(config, "odonata.driver.term-length", MIN_TERM, MAX_TERM),
                Checks.integer(config, "odonata.driver.mtu", MIN_MTU, MAX_MTU),
                Checks.duration(config, "odonata.driver.idle-max", Duration.ofNanos(10_000), Duration.ofMillis(100)),
                Checks.duration(config, "odonata.driver.liveness", Duration.ofSeconds(1), Duration.ofMinutes(10)));
    }
}
