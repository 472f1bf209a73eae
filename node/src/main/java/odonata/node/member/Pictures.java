package odonata.node.member;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.ClusterView;
import odonata.node.snapshot.EventView;
import odonata.node.snapshot.Json;
import odonata.node.snapshot.LoadView;
import odonata.node.snapshot.MemberSnapshot;
import odonata.node.snapshot.MemberSnapshot.Posted;
import odonata.node.snapshot.ReplayView;
import odonata.node.snapshot.SnapshotMerge;
import odonata.node.snapshot.SnapshotRules;

/**
 * What this member has heard and was told, and the picture made of it.
 *
 * <p>Threads: {@link #heard} the control thread; {@link #load}, {@link #replay}, {@link #event} any; {@link #draw} the
 * sampler's; {@link #last} any.
 */
final class Pictures {
    private static final int MAX_EVENTS = 50;

    private final SnapshotMerge merge;
    private final Map<Integer, Arrived> arrived = new ConcurrentHashMap<>();
    private final Deque<EventView> events = new ArrayDeque<>();
    private volatile Posted<LoadView> load;
    private volatile Posted<ReplayView> replay;
    private volatile ClusterSnapshot last;

    @SuppressWarnings("ArrayRecordComponent") // as received
    private record Arrived(byte[] json, long atMs) {}

    Pictures(final SnapshotRules rules, final ClusterView empty, final long nowMs) {
        this.merge = new SnapshotMerge(rules);
        this.last = merge.merge(empty, nowMs);
    }

    void heard(final int member, final byte[] json, final long nowMs) {
        arrived.put(member, new Arrived(json, nowMs));
    }

    void load(final LoadView view, final long nowMs) {
        load = new Posted<>(nowMs, view);
    }

    void replay(final ReplayView view, final long nowMs) {
        replay = new Posted<>(nowMs, view);
    }

    void event(final String kind, final String text, final int member, final long nowMs) {
        synchronized (events) {
            events.addLast(new EventView(nowMs, nowMs, kind, member, text));
            if (events.size() > MAX_EVENTS) {
                events.removeFirst();
            }
        }
    }

    /** What goes into this member's next snapshot. */
    Sampler.Notes notes() {
        final List<EventView> copy;
        synchronized (events) {
            copy = new ArrayList<>(events);
        }
        return new Sampler.Notes(load, replay, copy);
    }

    /** A new picture from all that has come. */
    ClusterSnapshot draw(final ClusterView view, final long nowMs) {
        for (final Integer member : List.copyOf(arrived.keySet())) {
            final Arrived one = arrived.remove(member);
            if (one != null) {
                merge.heard(Json.read(one.json, MemberSnapshot.class), one.atMs);
            }
        }
        last = merge.merge(view, nowMs);
        return last;
    }

    ClusterSnapshot last() {
        return last;
    }
}
