package odonata.ssi.membership;

import odonata.ssi.codec.WireId;
import odonata.ssi.codec.WireRegistry;
import odonata.ssi.codec.WireTypes;

/** The control plane's types: the replicated state and what members, coordinator and control actors send each other. */
public final class MembershipTypes implements WireTypes {

    @Override
    public void addTo(final WireRegistry registry) {
        registry.add(WireId.REPLICATED_STATE, ReplicatedState.class)
                .add(WireId.CLUSTER_STATE, ClusterState.class)
                .add(WireId.CLUSTER_MEMBER, Member.class)
                .add(WireId.CLUSTER_SEAT, Seat.class)
                .add(WireId.CLUSTER_DEPARTED, Departed.class)
                .add(WireId.CLUSTER_WIRE_PEER, WirePeer.class)
                .add(WireId.CLUSTER_MOVE, Move.class)
                .add(WireId.CLUSTER_EVENT, ClusterEvent.class)
                .add(WireId.CLUSTER_EVENT_KIND, EventKind.class)
                .add(WireId.CLUSTER_MEMBER_STATE, MemberState.class)
                .add(WireId.CLUSTER_DRAIN_STAGE, DrainStage.class)
                .add(WireId.COORDINATOR_SUBMIT, CoordinatorCmd.Submit.class)
                .add(WireId.COORDINATOR_JOINING, CoordinatorMsg.Joining.class)
                .add(WireId.COORDINATOR_READY, CoordinatorMsg.Ready.class)
                .add(WireId.COORDINATOR_DRAIN, CoordinatorMsg.Drain.class)
                .add(WireId.COORDINATOR_DRAINED_INTAKE, CoordinatorMsg.DrainedIntake.class)
                .add(WireId.COORDINATOR_APPLIED, CoordinatorMsg.Applied.class)
                .add(WireId.COORDINATOR_TOOK_OVER, CoordinatorMsg.TookOver.class)
                .add(WireId.COORDINATOR_PASSED, CoordinatorMsg.Passed.class)
                .add(WireId.COORDINATOR_DEAD, CoordinatorMsg.Dead.class)
                .add(WireId.COORDINATOR_LEFT, CoordinatorMsg.Left.class)
                .add(WireId.COORDINATOR_WIRE_PEER_ADDED, CoordinatorMsg.WirePeerAdded.class)
                .add(WireId.COORDINATOR_WIRE_PEER_REMOVED, CoordinatorMsg.WirePeerRemoved.class)
                .add(WireId.COORDINATOR_REBALANCE, CoordinatorMsg.Rebalance.class)
                .add(WireId.COORDINATOR_NOTE, CoordinatorMsg.Note.class)
                .add(WireId.COORDINATOR_LINK_BROKEN, CoordinatorMsg.LinkBroken.class)
                .add(WireId.CONTROL_ANSWERED, ControlMsg.Answered.class)
                .add(WireId.CONTROL_SNAPSHOT, ControlMsg.Snapshot.class)
                .add(WireId.CONTROL_QUESTION, ControlMsg.Question.class)
                .add(WireId.CONTROL_REPLY, ControlMsg.Reply.class);
    }
}
