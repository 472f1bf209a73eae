package odonata.actors.cpu;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;

/**
 * What things cost in virtual time, read from section {@code lwkt.costs}; {@code odonata calibrate} measures a machine and writes such a
 * section. The wall clock charges nothing.
 *
 * <p>A thread is cold when more than {@code cacheThreads} changes to another thread have been since it last ran: then the switch to it
 * and what it does with its first message cost the cold price.
 *
 * @param sendNs putting a message on a port of the same CPU
 * @param switchNs change to another thread; cold: with all that its first message misses in the cache
 * @param copyPs copying a byte, in picoseconds
 * @param messageNs taking one message from a port
 * @param interruptNs being woken by an IPI
 * @param crossCpuHopNs from one CPU's ring to the other CPU's run loop
 * @param crossMemberHopNs from one member to another, one way
 * @param cacheThreads threads whose state the cache of a CPU holds
 */
public record CostModel(
        Price sendNs,
        Price switchNs,
        Price copyPs,
        long messageNs,
        long interruptNs,
        long crossCpuHopNs,
        long crossMemberHopNs,
        int cacheThreads) {
    private static final String COSTS = "lwkt.costs";
    private static final long MOST_NS = 1_000_000_000;

    /**
     * With the thread's state in the cache, and without.
     *
     * @param warm not more than {@code cold}
     * @param cold what is not in the cache is fetched
     */
    public record Price(long warm, long cold) {
        private void require(final String name, final long least) {
            CostModel.require(name, warm, least);
            CostModel.require(name.replace("-", "-cold-"), cold, warm);
        }
    }

    /** Rejects what would let time go back. */
    public CostModel {
        sendNs.require("send-ns", 0);
        switchNs.require("switch-ns", 0);
        copyPs.require("copy-ps", 0);
        require("message-ns", messageNs, 0);
        require("interrupt-ns", interruptNs, 0);
        require("cross-cpu-ns", crossCpuHopNs, 0);
        require("cross-member-ns", crossMemberHopNs, 0);
        require("cache-threads", cacheThreads, 1);
    }

    /** Nothing costs anything: time passes by timers alone. For hosts whose protocols are looked at, not their speed. */
    public static CostModel free() {
        final Price nothing = new Price(0, 0);
        return new CostModel(nothing, nothing, nothing, 0, 0, 0, 0, 1);
    }

    /** The defaults of this module's reference.conf. */
    public static CostModel defaults() {
        return Defaults.COSTS;
    }

    /** Reads section {@code lwkt.costs}; rejects what would let time stand still. */
    public static CostModel from(final Config config) {
        final Config costs = config.getConfig(COSTS);
        for (final String key : List.of("message-ns", "cross-cpu-ns", "cross-member-ns")) {
            require(key, costs.getLong(key), 1);
        }
        return new CostModel(
                price(costs, "send-ns", "send-cold-ns"),
                price(costs, "switch-ns", "switch-cold-ns"),
                price(costs, "copy-ps", "copy-cold-ps"),
                costs.getLong("message-ns"),
                costs.getLong("interrupt-ns"),
                costs.getLong("cross-cpu-ns"),
                costs.getLong("cross-member-ns"),
                costs.getInt("cache-threads"));
    }

    private static Price price(final Config costs, final String warm, final String cold) {
        return new Price(costs.getLong(warm), costs.getLong(cold));
    }

    private static void require(final String name, final long value, final long least) {
        if (value < least || value > MOST_NS) {
            throw new IllegalArgumentException(
                    COSTS + "." + name + "=" + value + ": allowed are " + least + ".." + MOST_NS);
        }
    }

    private static final class Defaults {
        private static final CostModel COSTS = from(ConfigFactory.defaultReference(CostModel.class.getClassLoader()));
    }
}
