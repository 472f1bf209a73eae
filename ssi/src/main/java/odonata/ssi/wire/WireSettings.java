package odonata.ssi.wire;

import com.typesafe.config.Config;
import odonata.config.Checks;
import odonata.config.ConfigException;

/**
 * Section {@code odonata.wire}.
 *
 * @param ring packets that wait in the device of one load generator; power of two
 * @param sharedMemory whether a load generator on the member's machine may use the member's media driver
 */
public record WireSettings(int ring, boolean sharedMemory) {
    private static final int MIN_RING = 64;
    private static final int MAX_RING = 65_536;

    /** Checks the values. */
    public WireSettings {
        if (Integer.bitCount(ring) != 1 || ring < MIN_RING || ring > MAX_RING) {
            throw new ConfigException("odonata.wire.ring", ring, "a power of two, " + MIN_RING + ".." + MAX_RING);
        }
    }

    /** Reads and checks the section. */
    public static WireSettings of(final Config config) {
        return new WireSettings(
                Checks.integer(config, "odonata.wire.ring", MIN_RING, MAX_RING),
                Checks.flag(config, "odonata.wire.shared-memory"));
    }
}
