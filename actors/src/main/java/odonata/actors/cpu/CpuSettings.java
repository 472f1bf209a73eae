package odonata.actors.cpu;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/**
 * Settings of the CPU runtime, read from section {@code lwkt}.
 *
 * @param ringCapacity slots of one ring between two CPUs; in a configuration 16..65536, tests make smaller ones
 * @param uplinkCapacity slots of the ring from the uplink
 * @param ringBatch entries taken from one ring in a turn
 * @param throughput messages of one thread in a row, wall clock only
 * @param turn threads run between two looks at the rings
 * @param spins empty turns before the CPU yields its core
 * @param yields empty turns before it parks
 * @param highwater messages on the CPU's ports above which it takes smaller batches
 * @param inbox messages and functions from foreign threads that may wait
 * @param rollupBatch messages after which a thread's rollup runs at the latest
 * @param accounting whether CPU time is accounted by thread class
 * @param ktr events that each CPU records from the start; 0: none, else as for {@link Ktr}
 */
public record CpuSettings(
        int ringCapacity,
        int uplinkCapacity,
        int ringBatch,
        int throughput,
        int turn,
        int spins,
        int yields,
        int highwater,
        int inbox,
        int rollupBatch,
        boolean accounting,
        int ktr) {

    /** Checks every range. */
    public CpuSettings {
        powerOfTwo("lwkt.ipiq.capacity", ringCapacity, 2, 65_536);
        powerOfTwo("lwkt.ipiq.uplink-capacity", uplinkCapacity, 16, 65_536);
        range("lwkt.ipiq.batch", ringBatch, 1, 65_536);
        range("lwkt.throughput", throughput, 1, 4_096);
        range("lwkt.turn", turn, 1, 4_096);
        range("lwkt.idle.spins", spins, 0, 1_000_000);
        range("lwkt.idle.yields", yields, 0, 1_000_000);
        range("lwkt.port.highwater", highwater, 1, 1_000_000);
        powerOfTwo("lwkt.inbox.capacity", inbox, 256, 1_048_576);
        range("lwkt.port.rollup-batch", rollupBatch, 1, 65_536);
        if (ktr != 0) {
            powerOfTwo("lwkt.ktr", ktr, 2, Ktr.MOST);
        }
    }

    /** The defaults of this module's reference.conf. */
    public static CpuSettings defaults() {
        return Defaults.SETTINGS;
    }

    /** Reads section {@code lwkt}. */
    public static CpuSettings from(final Config config) {
        final Config lwkt = config.getConfig("lwkt");
        powerOfTwo("lwkt.ipiq.capacity", lwkt.getInt("ipiq.capacity"), 16, 65_536);
        return new CpuSettings(
                lwkt.getInt("ipiq.capacity"),
                lwkt.getInt("ipiq.uplink-capacity"),
                lwkt.getInt("ipiq.batch"),
                lwkt.getInt("throughput"),
                lwkt.getInt("turn"),
                lwkt.getInt("idle.spins"),
                lwkt.getInt("idle.yields"),
                lwkt.getInt("port.highwater"),
                lwkt.getInt("inbox.capacity"),
                lwkt.getInt("port.rollup-batch"),
                lwkt.getBoolean("accounting"),
                lwkt.getInt("ktr"));
    }

    /** The same for CPUs that have no cores to themselves: an idle one parks at once, as polling would keep others from what it waits for. */
    public CpuSettings withoutPolling() {
        return new CpuSettings(
                ringCapacity,
                uplinkCapacity,
                ringBatch,
                throughput,
                turn,
                0,
                0,
                highwater,
                inbox,
                rollupBatch,
                accounting,
                ktr);
    }

    private static void range(final String key, final int value, final int least, final int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + "=" + value + ": allowed are " + least + ".." + most);
        }
    }

    private static void powerOfTwo(final String key, final int value, final int least, final int most) {
        range(key, value, least, most);
        if (Integer.bitCount(value) != 1) {
            throw new IllegalArgumentException(key + "=" + value + ": must be a power of two, " + least + ".." + most);
        }
    }

    private static final class Defaults {
        private static final CpuSettings SETTINGS =
                from(ConfigFactory.defaultReference(CpuSettings.class.getClassLoader()));
    }
}
