package odonata.ssi.uplink;

import com.typesafe.config.Config;
import java.time.Duration;
import odonata.config.Checks;
import odonata.config.ConfigException;

/**
 * Section {@code odonata.uplink}.
 *
 * @param window entries that a CPU may always have under way to a CPU of another member
 * @param maxCpus most CPUs of all other members together
 * @param maxEntry largest entry in bytes
 * @param ping how often the round trip of a link is measured
 * @param sharedMemory whether another member on this machine may use this one's media driver, and this one the other's
 */
public record UplinkSettings(int window, int maxCpus, int maxEntry, Duration ping, boolean sharedMemory) {
    /** Most slots of the ring between the receiving agent and a CPU. */
    public static final int MAX_RING = 65_536;

    /** Slots for what the uplink itself asks of a CPU. */
    private static final int SPARE = 64;

    /** Checks that all credit fits into the largest ring. */
    public UplinkSettings {
        if ((long) window * maxCpus > MAX_RING - SPARE) {
            throw new ConfigException(
                    "odonata.uplink.window",
                    window,
                    "at most " + (MAX_RING - SPARE) / maxCpus + " with odonata.uplink.max-cpus=" + maxCpus
                            + ", as window * max-cpus is at most " + (MAX_RING - SPARE));
        }
    }

    /** Reads and checks the section. */
    public static UplinkSettings of(final Config config) {
        return new UplinkSettings(
                Checks.integer(config, "odonata.uplink.window", 2, 16_384),
                Checks.integer(config, "odonata.uplink.max-cpus", 1, 16_384),
                Checks.integer(config, "odonata.uplink.max-entry", 65_536 + 256, 16 << 20),
                Checks.duration(config, "odonata.uplink.ping", Duration.ofMillis(10), Duration.ofMinutes(1)),
                Checks.flag(config, "odonata.uplink.shared-memory"));
    }

    /** Slots that the ring from the receiving agent to a CPU needs, so that all credit that was given
     * always fits; a power of two, the value for {@code lwkt.ipiq.uplink-capacity}. */
    public int ringCapacity() {
        return Integer.highestOneBit(window * maxCpus + SPARE) << 1;
    }

    /** Slots that are left in such a ring when every window is used up. */
    int slotsLeft(final int ringCapacity) {
        return ringCapacity - 1 - SPARE - window * maxCpus;
    }
}
