package odonata.loadgen;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a run must reach to pass.
 *
 * @param maxP99Us highest 99th percentile from the intended start, microseconds
 * @param minRate lowest rate of answers a second
 * @param maxImbalance highest max/mean over the CPUs
 */
public record Thresholds(OptionalDouble maxP99Us, OptionalDouble minRate, OptionalDouble maxImbalance) {

    /** No threshold at all. */
    public static final Thresholds NONE =
            new Thresholds(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

    /**
     * One threshold and how the run met it.
     *
     * @param name as on the command line, without dashes
     * @param limit what was asked
     * @param measured what came out
     * @param passed whether it was met
     */
    public record Verdict(String name, double limit, double measured, boolean passed) {}

    /** Verdicts on those thresholds that were set. */
    public List<Verdict> judge(final double p99Us, final double answersPerSecond, final double maxOverMean) {
        final List<Verdict> verdicts = new ArrayList<>();
        maxP99Us.ifPresent(limit -> verdicts.add(atMost("max-p99", limit, p99Us)));
        minRate.ifPresent(
                limit -> verdicts.add(new Verdict("min-rate", limit, answersPerSecond, answersPerSecond >= limit)));
        maxImbalance.ifPresent(limit -> verdicts.add(atMost("max-imbalance", limit, maxOverMean)));
        return verdicts;
    }

    private static Verdict atMost(final String name, final double limit, final double measured) {
        return new Verdict(name, limit, measured, measured <= limit);
    }
}
