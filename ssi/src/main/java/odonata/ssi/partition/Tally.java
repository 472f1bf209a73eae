package odonata.ssi.partition;

import java.util.Arrays;

/** Load of each eligible CPU while a placement is worked out. Thread: the one that computes the placement. */
final class Tally {
    private final int[] cpus;
    private final double[] load;

    Tally(final int[] cpus) {
        this.cpus = cpus;
        this.load = new double[cpus.length];
    }

    boolean knows(final int cpu) {
        return Arrays.binarySearch(cpus, cpu) >= 0;
    }

    void add(final int cpu, final double amount) {
        load[Arrays.binarySearch(cpus, cpu)] += amount;
    }

    double of(final int cpu) {
        return load[Arrays.binarySearch(cpus, cpu)];
    }

    /** The CPU with the least load, the lowest id among equals. */
    int emptiest() {
        int best = 0;
        for (int i = 1; i < load.length; i++) {
            if (load[i] < load[best]) {
                best = i;
            }
        }
        return cpus[best];
    }

    /** All CPUs, the most loaded first, the lowest id first among equals. */
    int[] fullestFirst() {
        return Arrays.stream(cpus)
                .boxed()
                .sorted((a, b) -> of(a) == of(b) ? Integer.compare(a, b) : Double.compare(of(b), of(a)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    double max() {
        return Arrays.stream(load).max().orElse(0);
    }

    double mean() {
        return Arrays.stream(load).average().orElse(0);
    }
}
