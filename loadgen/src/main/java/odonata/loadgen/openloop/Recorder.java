package odonata.loadgen.openloop;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Latencies of the measured phase: from the intended start, and, beside it, from the moment of sending.
 *
 * <p>Counting from the intended start is what keeps a stall of the cluster from hiding the requests that it delayed
 * (coordinated omission). Thread: one owner.
 */
public final class Recorder {
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

    /** An answer of the measured phase: nanoseconds from when its request was due, and from when it was sent. */
    public void answered(final long fromIntendedNs, final long fromSentNs) {
        intended.recordValue(clamp(fromIntendedNs));
        interval.recordValue(clamp(fromIntendedNs));
        uncorrected.recordValue(clamp(fromSentNs));
    }

    /** A request of the measured phase left so many nanoseconds after it was due. */
    public void sent(final long lagNs) {
        sendLag.recordValue(clamp(lagNs));
    }

    /** Closes the interval that ends now; both times in milliseconds since 1970. */
    public void closeInterval(final long startMs, final long endMs) {
        interval.setStartTimeStamp(startMs);
        interval.setEndTimeStamp(endMs);
        intervals.add(interval);
        interval = histogram();
    }

    /** Takes over all that {@code other} has recorded since the last time, which then has nothing; not its closed intervals. */
    public void take(final Recorder other) {
        intended.add(other.intended);
        interval.add(other.interval);
        uncorrected.add(other.uncorrected);
        sendLag.add(other.sendLag);
        other.intended.reset();
        other.interval.reset();
        other.uncorrected.reset();
        other.sendLag.reset();
    }

    /** From when the request was due to its answer. */
    public Histogram intended() {
        return intended;
    }

    /** From when the request was sent to its answer. */
    public Histogram uncorrected() {
        return uncorrected;
    }

    /** How late requests were sent. */
    public Histogram sendLag() {
        return sendLag;
    }

    /** The closed intervals: from when each request was due to its answer. */
    public List<Histogram> intervals() {
        return intervals;
    }

    private static long clamp(final long ns) {
        return Math.max(1, Math.min(ns, HIGHEST_NS));
    }
}
