package odonata.node.snapshot;

import java.util.List;
import java.util.Map;

/**
 * What the control plane knows: members, bucket map, CPUs that left, events.
 *
 * @param cluster name
 * @param self number of this member
 * @param members all members that ever joined and are still remembered
 * @param mapVersion version of the bucket map, 0 before the first
 * @param owner owner CPU by bucket; empty before the first map
 * @param from CPU that hands the bucket over, or -1
 * @param departed CPUs that left or died, with their last known counters
 * @param events newest last
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never written again
public record ClusterView(
        String cluster,
        int self,
        List<Row> members,
        long mapVersion,
        int[] owner,
        int[] from,
        List<Departed> departed,
        List<EventView> events) {

    /**
     * One member.
     *
     * @param id its number
     * @param state as the coordinator knows it
     * @param address host and port of its control plane
     * @param leader true when the coordinator runs there
     * @param phi suspicion of this member's failure detector
     */
    public record Row(int id, MemberState state, String address, boolean leader, double phi) {}

    /**
     * A CPU that is no more.
     *
     * @param cpu its number
     * @param member who hosted it
     * @param state left or down
     * @param packets packets that it served; for one that died, as last heard
     * @param flows flows that it had served
     * @param interfaces packets by interface number
     */
    public record Departed(
            int cpu, int member, CpuState state, long packets, long flows, Map<Integer, Long> interfaces) {}
}
