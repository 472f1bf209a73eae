package odonata.node.member;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import odonata.node.snapshot.ClusterView;
import odonata.node.snapshot.CpuState;
import odonata.node.snapshot.EventView;
import odonata.node.snapshot.MemberState;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.membership.Departed;

/** What the control plane knows, in the words of the snapshot. */
final class StateViews {
    /** Prefixes of the names of a member's final counters. */
    static final String CPU_PACKETS = "packets.cpu.";

    static final String CPU_FLOWS = "flows.cpu.";
    static final String INTERFACE_PACKETS = "packets.if.";

    private StateViews() {}

    /** Before the first state. */
    static ClusterView empty(final String cluster) {
        return new ClusterView(cluster, 0, List.of(), 0, new int[0], new int[0], List.of(), List.of());
    }

    /**
     * The view of one state.
     *
     * @param self id of this member, 0 before it has one
     * @param suspicion of the failure detector, by member
     * @param coordinator member that hosts the coordinator
     */
    static ClusterView of(
            final ClusterState state,
            final int self,
            final Map<Integer, Double> suspicion,
            final Optional<Integer> coordinator) {
        final List<ClusterView.Row> rows = new ArrayList<>();
        state.departed()
                .forEach(gone ->
                        rows.add(new ClusterView.Row(gone.id(), stateOf(gone.state()), gone.address(), false, 0)));
        state.members()
                .forEach(member -> rows.add(new ClusterView.Row(
                        member.id(),
                        stateOf(member.state()),
                        member.address(),
                        coordinator.filter(id -> id == member.id()).isPresent(),
                        Math.rint(suspicion.getOrDefault(member.id(), 0.0) * 100) / 100)));
        rows.sort(java.util.Comparator.comparingInt(ClusterView.Row::id));
        final boolean mapped = state.map().cpus().length > 0;
        return new ClusterView(
                state.cluster(),
                self,
                rows,
                mapped ? state.map().version() : 0,
                mapped ? state.map().owners() : new int[0],
                mapped ? state.map().froms() : new int[0],
                departed(state),
                state.events().stream()
                        .map(e -> new EventView(e.id(), e.atMs(), e.kind().label(), e.member(), e.text()))
                        .toList());
    }

    private static MemberState stateOf(final odonata.ssi.membership.MemberState state) {
        return switch (state) {
            case JOINING -> MemberState.JOINING;
            case UP -> MemberState.UP;
            case DRAINING -> MemberState.DRAINING;
            case LEFT -> MemberState.LEFT;
            case DOWN -> MemberState.DOWN;
        };
    }

    private static List<ClusterView.Departed> departed(final ClusterState state) {
        final List<ClusterView.Departed> all = new ArrayList<>();
        for (final Departed gone : state.departed()) {
            boolean first = true;
            for (final int cpu : gone.cpus()) {
                all.add(new ClusterView.Departed(
                        cpu,
                        gone.id(),
                        gone.state() == odonata.ssi.membership.MemberState.LEFT ? CpuState.LEFT : CpuState.DOWN,
                        gone.counters().getOrDefault(CPU_PACKETS + cpu, 0L),
                        gone.counters().getOrDefault(CPU_FLOWS + cpu, 0L),
                        first ? interfaces(gone.counters()) : Map.of()));
                first = false;
            }
        }
        return all;
    }

    private static Map<Integer, Long> interfaces(final Map<String, Long> counters) {
        final Map<Integer, Long> packets = new HashMap<>();
        counters.forEach((name, value) -> {
            if (name.startsWith(INTERFACE_PACKETS)) {
                packets.put(Integer.parseInt(name.substring(INTERFACE_PACKETS.length())), value);
            }
        });
        return packets;
    }
}
