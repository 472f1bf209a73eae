package odonata.actors.nic;

import com.typesafe.config.Config;

/**
 * Settings of TUN devices, read from section {@code net.tun}.
 *
 * @param offload whether the kernel may hand over large TCP segments, and packets whose checksum it has not made
 * @param queues most queues of a device; one for each CPU of its member, while there are enough
 */
public record TunSettings(boolean offload, int queues) {
    /** What the kernel gives a device at most. */
    private static final int MAX_QUEUES = 256;

    /** Checks the range. */
    public TunSettings {
        if (queues < 1 || queues > MAX_QUEUES) {
            throw new IllegalArgumentException("net.tun.queues=" + queues + ": allowed are 1.." + MAX_QUEUES);
        }
    }

    /** Reads section {@code net.tun}. */
    public static TunSettings from(final Config config) {
        final Config tun = config.getConfig("net.tun");
        return new TunSettings(tun.getBoolean("offload"), tun.getInt("queues"));
    }
}
