package odonata.ssi.membership;

import java.util.ArrayDeque;
import java.util.List;

/** The last events, oldest first. */
final class EventLog {
    private final ArrayDeque<ClusterEvent> events;
    private final int bound;
    private long nextId;

    EventLog(final List<ClusterEvent> events, final long nextId, final int bound) {
        this.events = new ArrayDeque<>(events);
        this.nextId = nextId;
        this.bound = bound;
    }

    void add(final long atMs, final EventKind kind, final int member, final String text) {
        events.addLast(new ClusterEvent(nextId++, atMs, kind, member, text));
        while (events.size() > bound) {
            events.removeFirst();
        }
    }

    List<ClusterEvent> events() {
        return List.copyOf(events);
    }

    long nextId() {
        return nextId;
    }
}
