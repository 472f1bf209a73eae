package odonata.protocol.flow;

import java.util.Arrays;
import java.util.PriorityQueue;
import odonata.protocol.clock.Seed;

/**
 * How unevenly work is spread over CPUs, and how unevenly it would be by mere luck.
 *
 * <p>The measure is the load of the busiest CPU over the mean load: 1 is perfect, the number of CPUs is the worst, and
 * its inverse is the share of the machine that can be used before the busiest CPU is full.
 */
public final class Imbalance {
    private static final long DRAWS = 8_000_000;
    private static final int MIN_TRIALS = 64;
    private static final int MAX_TRIALS = 4_000;

    private Imbalance() {}

    /** Busiest over mean; 1 when there is no load at all. */
    public static double maxOverMean(final double... load) {
        final double sum = Arrays.stream(load).sum();
        return sum == 0 ? 1 : Arrays.stream(load).max().orElse(0) * load.length / sum;
    }

    /** Jain's fairness index, from 1/n (one CPU has everything) to 1 (all equal); 1 when there is no load at all. */
    public static double jain(final double... load) {
        final double sum = Arrays.stream(load).sum();
        final double squares = Arrays.stream(load).map(x -> x * x).sum();
        return squares == 0 ? 1 : sum * sum / (load.length * squares);
    }

    /**
     * Expected busiest over mean when {@code flows} equal flows fall on {@code cpus} CPUs uniformly and independently:
     * what an ideal hash gives. Exact for few flows; for many an expansion, whose excess over 1 is
     * right to about a percent.
     */
    public static double expectedByLuck(final int flows, final int cpus) {
        requirePositive(flows, cpus);
        return Occupancy.expectedMax(flows, cpus) * cpus / flows;
    }

    /**
     * Expected busiest over mean when flows of unequal weight fall on {@code cpus} CPUs uniformly and independently; a
     * mean over seeded trials, the same for the same seed.
     *
     * @param flowPackets weight of each flow, not negative, not all zero
     */
    public static double expectedByLuck(final long[] flowPackets, final int cpus, final Seed seed) {
        requirePositive(flowPackets.length, cpus);
        final int trials = (int) Math.max(MIN_TRIALS, Math.min(MAX_TRIALS, DRAWS / flowPackets.length));
        double sum = 0;
        for (int trial = 0; trial < trials; trial++) {
            sum += maxOverMean(thrown(flowPackets, cpus, seed));
        }
        return sum / trials;
    }

    private static double[] thrown(final long[] flowPackets, final int cpus, final Seed seed) {
        final double[] load = new double[cpus];
        for (final long packets : flowPackets) {
            load[seed.nextInt(cpus)] += packets;
        }
        return load;
    }

    /**
     * Busiest over mean when somebody who knows all weights places the flows, heaviest first, each on the CPU with the
     * least so far. No placement of whole flows is better than 3/4 of it, and none is below {@link #floor}.
     */
    public static double perfectHash(final long[] flowPackets, final int cpus) {
        requirePositive(flowPackets.length, cpus);
        final long[] ascending = flowPackets.clone();
        Arrays.sort(ascending);
        final PriorityQueue<Long> loads = new PriorityQueue<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            loads.add(0L);
        }
        for (int i = ascending.length - 1; i >= 0; i--) {
            loads.add(loads.remove() + ascending[i]);
        }
        return maxOverMean(loads.stream().mapToDouble(Long::doubleValue).toArray());
    }

    /** What no placement of whole flows can be below: perfect balance, or the heaviest flow alone on a CPU. */
    public static double floor(final long[] flowPackets, final int cpus) {
        requirePositive(flowPackets.length, cpus);
        final double sum = Arrays.stream(flowPackets).sum();
        final long heaviest = Arrays.stream(flowPackets).max().orElse(0);
        return sum == 0 ? 1 : Math.max(1, heaviest * (double) cpus / sum);
    }

    private static void requirePositive(final int flows, final int cpus) {
        if (flows < 1 || cpus < 1) {
            throw new IllegalArgumentException("flows=" + flows + " cpus=" + cpus + " want at least 1 of each");
        }
    }
}
