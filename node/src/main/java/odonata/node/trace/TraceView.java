package odonata.node.trace;

import java.util.List;
import odonata.actors.cpu.Ktr;

/**
 * What the CPUs of a member recorded.
 *
 * @param member its id
 * @param clock whose clock the times are of: members with the same word share it
 * @param wallNs nanoseconds since 1970 when that clock was at 0
 * @param cpus its CPUs
 */
public record TraceView(int member, String clock, long wallNs, List<CpuTrace> cpus) {

    /**
     * One CPU.
     *
     * @param cpu its id
     * @param lost events that were overwritten before those that follow
     * @param events the oldest first
     */
    public record CpuTrace(int cpu, long lost, List<Entry> events) {}

    /**
     * One event.
     *
     * @param t nanoseconds on the clock
     * @param kind what happened
     * @param what thread, kind of command or function
     * @param key the message, the same on every CPU of every member that it came to; empty: none, or nobody else knows it
     * @param other the other CPU
     */
    public record Entry(long t, Ktr.Kind kind, String what, String key, int other) {}
}
