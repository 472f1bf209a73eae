package odonata.actors.proc;

import java.util.Set;
import java.util.TreeSet;

/**
 * CPUs of its machine on which a process may run user code ({@code lwp_cpumask}). Immutable.
 *
 * @param cpus ids
 */
record Affinity(Set<Integer> cpus) {
    Affinity {
        cpus = Set.copyOf(cpus);
    }

    boolean has(final int cpu) {
        return cpus.contains(cpu);
    }

    Set<Integer> with(final int cpu) {
        final Set<Integer> more = new TreeSet<>(cpus);
        more.add(cpu);
        return more;
    }

    Set<Integer> without(final int cpu) {
        final Set<Integer> less = new TreeSet<>(cpus);
        less.remove(cpu);
        return less;
    }
}
