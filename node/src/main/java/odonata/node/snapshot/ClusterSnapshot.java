package odonata.node.snapshot;

import java.util.List;
import java.util.Map;

/**
 * The whole picture, one a second.
 *
 * @param schema {@link #SCHEMA}
 * @param seq ascending per member
 * @param atMs milliseconds since 1970
 * @param windowMs span of the rates
 * @param cluster name
 * @param self member that made this picture
 * @param members all, also those that left
 * @param cpus all, also those that left
 * @param crossbar CPU pairs
 * @param links member pairs
 * @param buckets the map
 * @param imbalance spread of the work
 * @param load null when there was none
 * @param replay null when there was none
 * @param threads protocol threads, deepest queue first
 * @param flows busiest first
 * @param events oldest first
 * @param totals sums
 * @param tcp TCP of all live CPUs
 * @param interfaces packets served since start by interface number
 */
public record ClusterSnapshot(
        String schema,
        long seq,
        long atMs,
        long windowMs,
        String cluster,
        int self,
        List<MemberView> members,
        List<CpuView> cpus,
        CrossbarView crossbar,
        List<LinkView> links,
        BucketsView buckets,
        ImbalanceView imbalance,
        LoadView load,
        ReplayView replay,
        List<ThreadView> threads,
        List<FlowView> flows,
        List<EventView> events,
        TotalsView totals,
        TcpView tcp,
        Map<Integer, Long> interfaces) {
    /** A member of an older version says nothing of TCP. */
    public ClusterSnapshot {
        tcp = tcp == null ? TcpView.NONE : tcp;
    }

    /** Name and version of the format; fields are only added within one version. */
    public static final String SCHEMA = "odonata.snapshot/1";
}
