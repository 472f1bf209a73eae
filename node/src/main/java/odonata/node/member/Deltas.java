package odonata.node.member;

import java.util.HashMap;
import java.util.Map;
import odonata.protocol.clock.Clock;

/**
 * Remembers counters and gives their growth per second.
 *
 * <p>Each counter has its own window, from one reading of it to the next: a sampler that stands still in the middle of its round shows
 * no rates that never were. Thread: one owner.
 */
final class Deltas {
    private static final double SHORTEST_S = 1e-3;

    private final Clock clock;
    private final Map<String, Reading> last = new HashMap<>();

    private record Reading(long value, long atNs) {}

    Deltas(final Clock clock) {
        this.clock = clock;
    }

    /** Growth per second since the last call with that name, two digits after the point; 0 for a counter never seen. */
    double rate(final String name, final long value) {
        return rounded(exact(name, value));
    }

    /** The same, not rounded. {@code value} has been read just now. */
    double exact(final String name, final long value) {
        return exact(name, value, clock.nowNs());
    }

    /** The same of a value that was read at {@code atNs}. */
    double exact(final String name, final long value, final long atNs) {
        final Reading before = last.put(name, new Reading(value, atNs));
        return before == null
                ? 0
                : Math.max(0, value - before.value) / Math.max(SHORTEST_S, (atNs - before.atNs) / 1e9);
    }

    static double rounded(final double value) {
        return Math.rint(value * 100) / 100;
    }

    static double share(final double value) {
        return Math.rint(value * 10_000) / 10_000;
    }
}
