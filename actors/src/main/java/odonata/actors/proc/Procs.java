package odonata.actors.proc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.Machine;
import odonata.actors.usched.Usched;

/** The processes of a machine: one {@link ProcCpu} for each of its CPUs. Immutable; what is in a part belongs to its CPU. */
public final class Procs {
    private final List<ProcCpu> parts = new ArrayList<>();
    private final Map<Integer, ProcCpu> byCpu = new HashMap<>();

    private Procs(final Machine machine, final List<Usched.Policy> policies) {
        final List<Cpu> cpus = machine.cpus();
        final Affinity all = new Affinity(Set.copyOf(cpus.stream().map(Cpu::id).toList()));
        for (int slot = 0; slot < cpus.size(); slot++) {
            final ProcCpu part = new ProcCpu(this, cpus.get(slot), slot, all, policies);
            parts.add(part);
            byCpu.put(cpus.get(slot).id(), part);
        }
    }

    /** Gives a machine processes, scheduled by one policy, of the name "default"; once, before it is started. */
    public static Procs create(final Machine machine, final Usched.Factory policy) {
        return create(machine, List.of(new Usched.Policy("default", policy)));
    }

    /** As {@link #create(Machine, Usched.Factory)}, with policies to choose from; a process begins with the first, or its parent's. */
    public static Procs create(final Machine machine, final List<Usched.Policy> policies) {
        return new Procs(machine, policies);
    }

    /** The parts, in ascending order of their CPUs. */
    public List<ProcCpu> parts() {
        return List.copyOf(parts);
    }

    /** The part of a CPU of this machine. */
    public ProcCpu of(final Cpu cpu) {
        return byCpu.get(cpu.id());
    }

    /** The part at a position. */
    ProcCpu at(final int slot) {
        return parts.get(slot);
    }

    int size() {
        return parts.size();
    }
}
