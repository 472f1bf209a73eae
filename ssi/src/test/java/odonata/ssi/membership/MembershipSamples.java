package odonata.ssi.membership;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import odonata.protocol.flow.BucketMap;
import odonata.ssi.codec.WireId;

/** Values of every type of the control plane, for the codec's golden bytes. */
public final class MembershipSamples {
    private MembershipSamples() {}

    /** All samples by type. */
    public static Map<WireId, List<Object>> all() {
        final Map<WireId, List<Object>> all = new LinkedHashMap<>();
        state(all);
        coordinator(all);
        control(all);
        return all;
    }

    private static void state(final Map<WireId, List<Object>> all) {
        final Member member = new Member(
                2,
                -5_000_000_000L,
                "127.0.0.1:25520",
                "http://127.0.0.1:8080",
                "127.0.0.1:40001",
                MemberState.DRAINING,
                DrainStage.PASSING,
                9,
                1_700_000_000_000L);
        final Seat seat = new Seat(4, 2, 9, 8, 7);
        final Departed departed =
                new Departed(1, "127.0.0.1:25519", MemberState.LEFT, List.of(0, 1), Map.of("packets", 17L), 5);
        final WirePeer peer = new WirePeer(77, "10.0.0.0/8", "127.0.0.1:40002");
        final Move move = new Move(255, 9);
        final ClusterEvent event = new ClusterEvent(3, 5, EventKind.CRASH, 1, "died");
        final ClusterState state = new ClusterState(
                12,
                "demo",
                List.of(member),
                List.of(seat),
                BucketMap.masked(9, new int[] {4}),
                List.of(move),
                List.of(peer),
                List.of(departed),
                Map.of(),
                List.of(event),
                3,
                5,
                4,
                true);
        all.put(WireId.REPLICATED_STATE, List.of(new ReplicatedState(state)));
        all.put(WireId.CLUSTER_STATE, List.of(state));
        all.put(WireId.CLUSTER_MEMBER, List.of(member));
        all.put(WireId.CLUSTER_SEAT, List.of(seat));
        all.put(WireId.CLUSTER_DEPARTED, List.of(departed));
        all.put(WireId.CLUSTER_WIRE_PEER, List.of(peer));
        all.put(WireId.CLUSTER_MOVE, List.of(move));
        all.put(WireId.CLUSTER_EVENT, List.of(event));
        all.put(WireId.CLUSTER_EVENT_KIND, List.of((Object[]) EventKind.values()));
        all.put(WireId.CLUSTER_MEMBER_STATE, List.of((Object[]) MemberState.values()));
        all.put(WireId.CLUSTER_DRAIN_STAGE, List.of((Object[]) DrainStage.values()));
    }

    private static void coordinator(final Map<WireId, List<Object>> all) {
        final CoordinatorMsg ready = new CoordinatorMsg.Ready(2);
        all.put(
                WireId.COORDINATOR_SUBMIT,
                List.of(new CoordinatorCmd.Submit(
                        List.of(0L), List.of(ready), "akka://odonata@127.0.0.1:1/user/control")));
        all.put(
                WireId.COORDINATOR_JOINING,
                List.of(new CoordinatorMsg.Joining(-5, "127.0.0.1:25520", "http://127.0.0.1:80", "127.0.0.1:9", 4)));
        all.put(WireId.COORDINATOR_READY, List.of(ready));
        all.put(WireId.COORDINATOR_DRAIN, List.of(new CoordinatorMsg.Drain(2)));
        all.put(WireId.COORDINATOR_DRAINED_INTAKE, List.of(new CoordinatorMsg.DrainedIntake(2)));
        all.put(WireId.COORDINATOR_APPLIED, List.of(new CoordinatorMsg.Applied(3, 9)));
        all.put(WireId.COORDINATOR_TOOK_OVER, List.of(new CoordinatorMsg.TookOver(3, 9)));
        all.put(WireId.COORDINATOR_PASSED, List.of(new CoordinatorMsg.Passed(3, 9)));
        all.put(WireId.COORDINATOR_DEAD, List.of(new CoordinatorMsg.Dead(2)));
        all.put(WireId.COORDINATOR_LEFT, List.of(new CoordinatorMsg.Left(2, Map.of("packets", 3L))));
        all.put(
                WireId.COORDINATOR_WIRE_PEER_ADDED,
                List.of(new CoordinatorMsg.WirePeerAdded(new WirePeer(1, "10.0.0.0/8", "127.0.0.1:9"))));
        all.put(WireId.COORDINATOR_WIRE_PEER_REMOVED, List.of(new CoordinatorMsg.WirePeerRemoved(1)));
        all.put(
                WireId.COORDINATOR_REBALANCE,
                List.of(new CoordinatorMsg.Rebalance(Collections.nCopies(BucketMap.BUCKETS, 3L))));
        all.put(WireId.COORDINATOR_NOTE, List.of(new CoordinatorMsg.Note(EventKind.LOAD, 0, "started")));
        all.put(WireId.COORDINATOR_LINK_BROKEN, List.of(new CoordinatorMsg.LinkBroken(2, 3)));
    }

    private static void control(final Map<WireId, List<Object>> all) {
        all.put(WireId.CONTROL_ANSWERED, List.of(new ControlMsg.Answered(List.of(1L, 2L), List.of("", "no"))));
        all.put(WireId.CONTROL_SNAPSHOT, List.of(new ControlMsg.Snapshot(2, new byte[] {1, 2})));
        all.put(WireId.CONTROL_QUESTION, List.of(new ControlMsg.Question("kill", "akka://odonata@127.0.0.1:1/temp/x")));
        all.put(WireId.CONTROL_REPLY, List.of(new ControlMsg.Reply(true, "done")));
    }
}
