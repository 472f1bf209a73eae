package odonata.loadgen.openloop;

import odonata.protocol.clock.Seed;

/**
 * The schedule of an open loop: when each request is due, whatever became of the earlier ones.
 *
 * <p>Thread: one owner. Times are nanoseconds, from the start of the run unless said otherwise; the schedule depends on seed and rate only.
 */
public final class Pacer {
    private final Arrivals arrivals;
    private final Seed seed;
    private final double meanGapNs;
    private long originNs;
    private double dueNs;

    /**
     * A schedule that starts at time 0.
     *
     * @param arrivals spacing
     * @param perSecond mean rate, positive
     * @param seed source of the gaps
     */
    public Pacer(final Arrivals arrivals, final double perSecond, final Seed seed) {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("rate=" + perSecond + " must be positive");
        }
        this.arrivals = arrivals;
        this.seed = seed;
        this.meanGapNs = 1e9 / perSecond;
        advance();
    }

    /** A schedule that starts at {@code originNs}. */
    public static Pacer from(final long originNs, final Arrivals arrivals, final double perSecond, final Seed seed) {
        final Pacer pacer = new Pacer(arrivals, perSecond, seed);
        pacer.originNs = originNs;
        return pacer;
    }

    /** When the next request is due. */
    public long dueNs() {
        return originNs + (long) dueNs;
    }

    /** Moves on to the request after the next one. */
    public void advance() {
        dueNs += meanGapNs * arrivals.nextGap(seed);
    }
}
