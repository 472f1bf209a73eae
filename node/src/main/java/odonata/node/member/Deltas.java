package odonata.node.member;

import java.util.HashMap;
import java.util.Map;

/** Remembers counters and gives their growth per second. Thread: one owner. */
final class Deltas {
    private final Map<String, Long> last = new HashMap<>();
    private double seconds = 1;

    /** Starts a window of that length. */
    void begin(final double windowSeconds) {
        seconds = Math.max(1e-3, windowSeconds);
    }

    /** Growth per second since the last window, two digits after the point; 0 for a counter never seen. */
    double rate(final String name, final long value) {
        return rounded(exact(name, value));
    }

    /** The same, not rounded. */
    double exact(final String name, final long value) {
        final Long before = last.put(name, value);
        return before == null ? 0 : Math.max(0, value - before) / seconds;
    }

    static double rounded(final double value) {
        return Math.rint(value * 100) / 100;
    }

    static double share(final double value) {
        return Math.rint(value * 10_000) / 10_000;
    }
}
