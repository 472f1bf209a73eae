package odonata.node.snapshot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import odonata.node.snapshot.MemberSnapshot.Posted;

/**
 * Makes one picture of what all members sent.
 *
 * <p>Thread: one owner. Members come and go: what is known of a CPU that left is kept from {@link ClusterView#departed}.
 */
public final class SnapshotMerge {
    private static final int MAX_THREADS = 64;

    private final SnapshotRules rules;
    private final Spread spread;
    private final Map<Integer, Heard> heard = new TreeMap<>();
    private long seq;

    /** Nothing heard yet. */
    public SnapshotMerge(final SnapshotRules rules) {
        this.rules = rules;
        this.spread = new Spread(rules.imbalanceWindowMs());
    }

    private record Heard(MemberSnapshot snapshot, long atMs) {}

    /**
     * Takes what a member sent; older than the last is ignored.
     *
     * @param nowMs when it arrived here
     */
    public void heard(final MemberSnapshot snapshot, final long nowMs) {
        final Heard last = heard.get(snapshot.member());
        if (last == null || snapshot.seq() >= last.snapshot.seq() || snapshot.pid() != last.snapshot.pid()) {
            heard.put(snapshot.member(), new Heard(snapshot, nowMs));
        }
    }

    /** The picture at {@code nowMs}. */
    public ClusterSnapshot merge(final ClusterView view, final long nowMs) {
        seq++;
        forgetUnknown(view);
        final List<MemberView> members =
                view.members().stream().map(row -> member(row, nowMs)).toList();
        final List<CpuView> cpus = cpus(view, nowMs);
        final List<CpuView> live =
                cpus.stream().filter(c -> c.state() == CpuState.UP).toList();
        final CrossbarView crossbar = Crossbars.of(live, snapshots());
        final Map<Integer, Long> interfaces = interfaces(view);
        return new ClusterSnapshot(
                ClusterSnapshot.SCHEMA,
                seq,
                nowMs,
                rules.intervalMs(),
                view.cluster(),
                view.self(),
                members,
                cpus,
                crossbar,
                fresh(view, nowMs, MemberSnapshot::links),
                buckets(view),
                spread.index(live, nowMs),
                newest(MemberSnapshot::load),
                replay(interfaces),
                threads(view, nowMs),
                flows(view, nowMs),
                events(view),
                Sums.of(members, cpus, crossbar, snapshots()),
                TcpView.merge(fresh(view, nowMs, snapshot -> List.of(snapshot.tcp()))),
                interfaces);
    }

    private void forgetUnknown(final ClusterView view) {
        if (!view.members().isEmpty()) {
            heard.keySet().removeIf(id -> view.members().stream().noneMatch(row -> row.id() == id));
        }
    }

    private List<MemberSnapshot> snapshots() {
        return heard.values().stream().map(Heard::snapshot).toList();
    }

    private MemberView member(final ClusterView.Row row, final long nowMs) {
        final Heard last = heard.get(row.id());
        if (last == null) {
            return new MemberView(
                    row.id(), row.state(), row.address(), "", "", 0, row.leader(), 0, 0, 0, 0, true, row.phi());
        }
        final long age = Math.max(0, nowMs - last.atMs);
        final MemberSnapshot s = last.snapshot;
        final boolean stale = age > rules.staleAfterMs();
        return new MemberView(
                row.id(),
                row.state(),
                row.address(),
                s.http(),
                s.wire(),
                s.pid(),
                row.leader(),
                s.uptimeS(),
                s.heapMb(),
                stale || gone(row.state()) ? 0 : s.processCpu(),
                age,
                stale,
                row.phi());
    }

    private static boolean gone(final MemberState state) {
        return state == MemberState.DOWN || state == MemberState.LEFT;
    }

    private List<CpuView> cpus(final ClusterView view, final long nowMs) {
        final Map<Integer, CpuView> all = new TreeMap<>();
        final Map<Integer, Integer> owned = Ownership.bucketsByCpu(view.owner());
        for (final ClusterView.Row row : view.members()) {
            final Heard last = heard.get(row.id());
            if (last != null && !gone(row.state())) {
                final boolean old = nowMs - last.atMs > rules.staleAfterMs();
                last.snapshot
                        .cpus()
                        .forEach(c -> all.put(
                                c.cpu(),
                                CpuViews.withBuckets(old ? CpuViews.atRest(c) : c, owned.getOrDefault(c.cpu(), 0))));
            }
        }
        for (final ClusterView.Departed gone : view.departed()) {
            all.put(gone.cpu(), CpuViews.departed(gone));
        }
        return List.copyOf(all.values());
    }

    /** Parts of what was heard lately from members that still serve; old figures are not shown as live ones. */
    private <T> List<T> fresh(final ClusterView view, final long nowMs, final Function<MemberSnapshot, List<T>> part) {
        final List<T> all = new ArrayList<>();
        for (final ClusterView.Row row : view.members()) {
            final Heard last = heard.get(row.id());
            if (last != null && !gone(row.state()) && nowMs - last.atMs <= rules.staleAfterMs()) {
                all.addAll(part.apply(last.snapshot));
            }
        }
        return all;
    }

    private BucketsView buckets(final ClusterView view) {
        final double[] rate = new double[view.owner().length];
        snapshots().forEach(s -> s.bucketPackets().forEach((bucket, packets) -> {
            if (bucket >= 0 && bucket < rate.length) {
                rate[bucket] = Round.rate(rate[bucket] + packets);
            }
        }));
        return new BucketsView(view.mapVersion(), view.owner(), view.from(), rate);
    }

    private <T> T newest(final Function<MemberSnapshot, Posted<T>> part) {
        return snapshots().stream()
                .map(part)
                .filter(Objects::nonNull)
                .max(Comparator.comparingLong(Posted::atMs))
                .map(Posted::value)
                .orElse(null);
    }

    /** Packets by interface number, over live and departed CPUs: what tells one client's packets from another's. */
    private Map<Integer, Long> interfaces(final ClusterView view) {
        final Map<Integer, Long> packets = new TreeMap<>();
        for (final ClusterView.Row row : view.members()) {
            final Heard last = heard.get(row.id());
            if (last != null && !gone(row.state())) {
                last.snapshot.interfaces().forEach((id, count) -> packets.merge(id, count, Long::sum));
            }
        }
        view.departed().forEach(gone -> gone.interfaces().forEach((id, count) -> packets.merge(id, count, Long::sum)));
        return packets;
    }

    private ReplayView replay(final Map<Integer, Long> interfaces) {
        final ReplayView posted = newest(MemberSnapshot::replay);
        return posted == null ? null : posted.counting(interfaces);
    }

    private List<ThreadView> threads(final ClusterView view, final long nowMs) {
        return fresh(view, nowMs, MemberSnapshot::threads).stream()
                .sorted(Comparator.comparingInt(ThreadView::depth)
                        .thenComparingInt(ThreadView::highWater)
                        .reversed())
                .limit(MAX_THREADS)
                .toList();
    }

    private List<FlowView> flows(final ClusterView view, final long nowMs) {
        return fresh(view, nowMs, MemberSnapshot::flows).stream()
                .sorted(Comparator.comparingDouble(FlowView::packetsPerS)
                        .thenComparingLong(FlowView::packets)
                        .reversed())
                .limit(rules.topFlows())
                .toList();
    }

    /** Numbered by time, so that all members give an event the same place, though not the same number. */
    private List<EventView> events(final ClusterView view) {
        final List<EventView> all = new ArrayList<>(view.events());
        snapshots().forEach(s -> all.addAll(s.events()));
        all.sort(Comparator.comparingLong(EventView::atMs).thenComparingLong(EventView::id));
        return List.copyOf(all.subList(Math.max(0, all.size() - rules.events()), all.size()));
    }
}
