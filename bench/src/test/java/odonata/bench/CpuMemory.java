package odonata.bench;

import odonata.bench.VirtualBench.Virtual;

/** What a CPU in virtual time takes, with two threads and the rings to two other CPUs that it has used. */
final class CpuMemory {
    private static final int MANY = 1_024;
    private static final int FEW = 64;

    private CpuMemory() {}

    /** Bytes of heap a CPU, of many. */
    static double bytes(final Effort effort) {
        final int cpus = effort.small() ? FEW : MANY;
        run(1);
        final long before = Heap.used();
        try (Virtual many = run(cpus)) {
            final double each = (double) (Heap.used() - before) / cpus;
            many.run(cpus);
            return each;
        }
    }

    @SuppressWarnings("resource") // who gets it closes it; the one CPU is only to have all classes loaded
    private static Virtual run(final int cpus) {
        final Virtual virtual = new Virtual();
        virtual.cpus = cpus;
        virtual.start();
        virtual.run(2 * cpus);
        return virtual;
    }
}
