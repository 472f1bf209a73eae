package odonata.ssi.membership;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import odonata.actors.netisr.PartitionEvents;

/** What a member asks of the control plane, real or simulated. None of it blocks. */
public interface MemberControl {

    /** Completes when the cluster has given this process its ids; fails when it will not. */
    CompletionStage<Member> joined();

    /** The newest state that has come. */
    Optional<ClusterState> state();

    /** Where the CPUs report their progress with the bucket map; repeated to the coordinator until it knows. */
    PartitionEvents partitionEvents();

    /**
     * Tells the coordinator something, again and again until it answers.
     *
     * @return what was refused and why, or nothing; fails when no answer comes
     */
    CompletionStage<Optional<String>> submit(CoordinatorMsg msg);

    /**
     * Hands in the final counters and leaves the cluster. Without a drain before it, what lives here is lost, and the cluster
     * says so.
     *
     * @return completes when this process is no member any more
     */
    CompletionStage<Void> leave(Map<String, Long> counters);

    /** Rings, uplinks and wires are connected: this member may own buckets. */
    default CompletionStage<Optional<String>> ready() {
        return joined().thenCompose(self -> submit(new CoordinatorMsg.Ready(self.id())));
    }

    /** The devices have stopped and what they had received is steered: the drain may go on. */
    default CompletionStage<Optional<String>> intakeStopped() {
        return joined().thenCompose(self -> submit(new CoordinatorMsg.DrainedIntake(self.id())));
    }

    /** The uplink to another member has broken, and the cluster has had the time to notice if it is dead. */
    default CompletionStage<Optional<String>> linkBroken(final int peer) {
        return joined().thenCompose(self -> submit(new CoordinatorMsg.LinkBroken(self.id(), peer)));
    }

    /** Asks the coordinator to drain a member. */
    default CompletionStage<Optional<String>> drain(final int member) {
        return submit(new CoordinatorMsg.Drain(member));
    }

    /** Asks the coordinator to even out the load, given for each bucket. */
    default CompletionStage<Optional<String>> rebalance(final List<Long> load) {
        return submit(new CoordinatorMsg.Rebalance(List.copyOf(load)));
    }

    /** Tells all members of a load generator. */
    default CompletionStage<Optional<String>> wirePeerAdded(final WirePeer peer) {
        return submit(new CoordinatorMsg.WirePeerAdded(peer));
    }

    /** Tells all members that a load generator is gone. */
    default CompletionStage<Optional<String>> wirePeerRemoved(final long client) {
        return submit(new CoordinatorMsg.WirePeerRemoved(client));
    }

    /** Adds a line to the cluster's event log; {@code member} 0: not about a member. */
    default CompletionStage<Optional<String>> note(final EventKind kind, final int member, final String text) {
        return submit(new CoordinatorMsg.Note(kind, member, text));
    }
}
