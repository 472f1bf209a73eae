package odonata.node.launch;

import java.util.Optional;

/**
 * What the folder knows of one member process. Written by the member itself, first by who starts it.
 *
 * @param slot number of the file; not the member id
 * @param pid process number
 * @param startedMs when the process started, so that another process with the same number is not taken for it
 * @param member id in the cluster, 0 before it has one
 * @param phase how far its start is
 * @param address host and port of its control plane, empty before it is bound
 * @param http base address of its HTTP interface, empty before it is bound
 */
public record MemberRecord(int slot, long pid, long startedMs, int member, Phase phase, String address, String http) {

    /** How far the start of a member is. */
    public enum Phase {
        STARTING,
        JOINED,
        READY
    }

    /** The record of a process that was just started. */
    public static MemberRecord starting(final int slot, final ProcessHandle process) {
        return new MemberRecord(slot, process.pid(), startOf(process), 0, Phase.STARTING, "", "");
    }

    /** The process, if it still runs. */
    public Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(p -> p.isAlive() && startOf(p) == startedMs);
    }

    private static long startOf(final ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(java.time.Instant::toEpochMilli)
                .orElse(0L);
    }
}
