package odonata.node.http;

import java.util.List;
import odonata.actors.cpu.ThreadState;

/**
 * The threads of a member.
 *
 * @param member its id; 0 before it has one
 * @param cpus its CPUs
 */
public record ThreadsView(int member, List<CpuThreads> cpus) {

    /**
     * Those of one CPU.
     *
     * @param cpu its id
     * @param threads in order of creation
     */
    public record CpuThreads(int cpu, List<ThreadState> threads) {}
}
