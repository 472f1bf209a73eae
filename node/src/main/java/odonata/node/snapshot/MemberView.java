package odonata.node.snapshot;

/**
 * One member process.
 *
 * @param id number in order of joining
 * @param state as the coordinator knows it
 * @param address host and port of the control plane
 * @param http base address of its HTTP interface
 * @param wire where load generators reach its wire, host and port
 * @param pid process number on its machine
 * @param leader true when the coordinator runs there
 * @param uptimeS seconds since it started
 * @param heapMb heap in use, MiB
 * @param processCpu cores that the process used in the last ten seconds
 * @param ageMs milliseconds since it was last heard of
 * @param stale true when that is longer than {@code odonata.snapshot.stale-after}: its figures are old
 * @param phi suspicion of the failure detector, 0 when none
 */
public record MemberView(
        int id,
        MemberState state,
        String address,
        String http,
        String wire,
        long pid,
        boolean leader,
        long uptimeS,
        long heapMb,
        double processCpu,
        long ageMs,
        boolean stale,
        double phi) {}
