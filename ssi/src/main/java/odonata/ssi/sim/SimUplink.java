package odonata.ssi.sim;

import java.util.Set;
import java.util.TreeSet;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.Uplink;

/** One member's way to the CPUs of other members, in virtual time. Knows those that the member was told of. */
public final class SimUplink implements Uplink {
    private final SimNetwork network;
    private final int member;
    private final Set<Integer> known = new TreeSet<>();

    SimUplink(final SimNetwork network, final int member) {
        this.network = network;
        this.member = member;
    }

    /** CPUs of another member are there. */
    public void addCpus(final Iterable<Integer> cpus) {
        cpus.forEach(known::add);
    }

    /** CPUs of another member are gone; the CPUs here are to be told by {@link Cpu#hostDown}. */
    public void removeCpus(final Iterable<Integer> cpus) {
        cpus.forEach(known::remove);
    }

    /** CPUs of other members that are known, ascending. */
    public Set<Integer> cpus() {
        return Set.copyOf(known);
    }

    @Override
    public boolean offer(final Cpu from, final int targetCpu, final Object entry) {
        return known.contains(targetCpu) && network.offer(member, from, targetCpu, entry);
    }

    @Override
    public void flush(final Cpu from) {
        // every entry is on its way at once: gathering is the real uplink's business
    }

    @Override
    public boolean reaches(final int cpu) {
        return known.contains(cpu);
    }
}
