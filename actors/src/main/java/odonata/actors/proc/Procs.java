package odonata.actors.proc;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.Machine;
import odonata.actors.usched.Usched;

/** The processes of a machine: one {@link ProcCpu} for each of its CPUs. Immutable; what is in a part belongs to its CPU. */
public final class Procs {
    private final List<ProcCpu> parts = new ArrayList<>();

    private Procs(final Machine machine, final Usched.Factory policy) {
        final List<Cpu> cpus = machine.cpus();
        for (int slot = 0; slot < cpus.size(); slot++) {
            parts.add(new ProcCpu(this, cpus.get(slot), slot, cpus.size(), policy));
        }
    }

    /** Gives a machine processes, scheduled by a policy; once, before it is started. */
    public static Procs create(final Machine machine, final Usched.Factory policy) {
        return new Procs(machine, policy);
    }

    /** The parts, in ascending order of their CPUs. */
    public List<ProcCpu> parts() {
        return List.copyOf(parts);
    }

    /** The part at a position. */
    ProcCpu at(final int slot) {
        return parts.get(slot);
    }

    int size() {
        return parts.size();
    }
}
