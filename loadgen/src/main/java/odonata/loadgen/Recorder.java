package odonata.loadgen;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Latencies of the measured phase: from the intended start, and, beside it, from the moment of sending.
 *
 * <p>Counting from the intended start is what keeps a stall of the cluster from hiding the requests that it delayed
 * (coordinated omission). Thread: one owner.
 */
final class Recorder {
    private static final long HIGHEST_NS = 120_000_000_000L;
    private static final int DIGITS = 3;

    private final Histogram intended = histogram();
    private final Histogram uncorrected = histogram();
    private final Histogram sendLag = histogram();
    private final List<Histogram> intervals = new ArrayList<>();
    private Histogram interval = histogram();

    private static Histogram histogram() {
        final Histogram made = new Histogram(1, HIGHEST_NS, DIGITS);
        made.setAutoResize(false);
        return made;
    }

    void answered(final long fromIntendedNs, final long fromSentNs) {
        intended.recordValue(clamp(fromIntendedNs));
        interval.recordValue(clamp(fromIntendedNs));
        uncorrected.recordValue(clamp(fromSentNs));
    }

    void sent(final long lagNs) {
        sendLag.recordValue(clamp(lagNs));
    }

    /** Closes the interval that ends now; both times in milliseconds since 1970. */
    void closeInterval(final long startMs, final long endMs) {
        interval.setStartTimeStamp(startMs);
        interval.setEndTimeStamp(endMs);
        intervals.add(interval);
        interval = histogram();
    }

    Histogram intended() {
        return intended;
    }

    Histogram uncorrected() {
        return uncorrected;
    }

    Histogram sendLag() {
        return sendLag;
    }

    List<Histogram> intervals() {
        return intervals;
    }

    private static long clamp(final long ns) {
        return Math.max(1, Math.min(ns, HIGHEST_NS));
    }
}
