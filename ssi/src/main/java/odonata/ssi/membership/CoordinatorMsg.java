package odonata.ssi.membership;

import java.util.List;
import java.util.Map;
import odonata.ssi.codec.Wire;

/**
 * What happens to the coordinator. Members send these, except {@link Dead}, which its own host sees. All may be repeated:
 * the second one changes nothing.
 */
public sealed interface CoordinatorMsg extends Wire {

    /** A process wants to be a member with {@code cpus} CPUs; gets its ids in the next state, found by incarnation. */
    record Joining(long incarnation, String address, String http, String aeron, int cpus) implements CoordinatorMsg {}

    /** Rings, uplinks and wires of a joining member are connected: it may own buckets. */
    record Ready(int member) implements CoordinatorMsg {}

    /** Somebody wants the member to hand over all it owns and leave. */
    record Drain(int member) implements CoordinatorMsg {}

    /** The devices of a draining member have stopped and what they had received is steered. */
    record DrainedIntake(int member) implements CoordinatorMsg {}

    /** See {@code PartitionEvents.applied}. */
    record Applied(int cpu, long version) implements CoordinatorMsg {}

    /** See {@code PartitionEvents.tookOver}: cumulative. */
    record TookOver(int cpu, long version) implements CoordinatorMsg {}

    /** See {@code PartitionEvents.left}. */
    record Passed(int cpu, long version) implements CoordinatorMsg {}

    /** The failure detector and the split-brain resolver have given a member up. */
    record Dead(int member) implements CoordinatorMsg {}

    /**
     * The uplink from one member to another has broken, for good, and the cluster takes neither for dead. One of them has to go: who
     * cannot be reached by all is no member.
     */
    record LinkBroken(int from, int to) implements CoordinatorMsg {}

    /** A member goes, with its final counters. */
    record Left(int member, Map<String, Long> counters) implements CoordinatorMsg {}

    /** A load generator said hello to a member. */
    record WirePeerAdded(WirePeer peer) implements CoordinatorMsg {}

    /** A load generator said goodbye, or is gone. */
    record WirePeerRemoved(long client) implements CoordinatorMsg {}

    /** Move a few buckets so that the measured load evens out; one figure for each bucket, of any unit, none negative. */
    record Rebalance(List<Long> load) implements CoordinatorMsg {}

    /** A line for the event log from a member; 0: not about a member. */
    record Note(EventKind kind, int member, String text) implements CoordinatorMsg {}
}
