package odonata.node.http;

import java.util.List;
import odonata.node.snapshot.ConnectionView;

/**
 * Connections of the cluster, or of a member, that somebody looked for.
 *
 * @param total TCP connections that were looked at
 * @param found those that are meant
 * @param silent members that did not answer
 * @param connections some of those found: in most trouble, or with most in their queues, first
 */
public record FoundView(long total, long found, List<Integer> silent, List<ConnectionView> connections) {
    /** Lines at most. */
    public static final int MOST = 500;

    /** Lines when nothing is said. */
    public static final int USUAL = 100;

    /** Nothing. */
    public static final FoundView NONE = new FoundView(0, 0, List.of(), List.of());

    /** That member does not answer. */
    public static FoundView silent(final int member) {
        return new FoundView(0, 0, List.of(member), List.of());
    }

    /** Of several CPUs or members, with no more lines than {@code limit}. */
    public static FoundView merge(final List<FoundView> parts, final int limit) {
        return new FoundView(
                parts.stream().mapToLong(FoundView::total).sum(),
                parts.stream().mapToLong(FoundView::found).sum(),
                parts.stream().flatMap(part -> part.silent.stream()).sorted().toList(),
                parts.stream()
                        .flatMap(part -> part.connections.stream())
                        .sorted(ConnectionView.WORST_FIRST)
                        .limit(limit)
                        .toList());
    }
}
