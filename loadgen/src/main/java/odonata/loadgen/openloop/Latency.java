package odonata.loadgen.openloop;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * Percentiles of one histogram of nanoseconds, in microseconds.
 *
 * @param p50 median
 * @param p90 90th percentile
 * @param p99 99th percentile
 * @param p999 99.9th percentile
 * @param p9999 99.99th percentile
 * @param max largest value
 * @param mean arithmetic mean
 * @param count number of values
 */
public record Latency(
        double p50, double p90, double p99, double p999, double p9999, double max, double mean, long count) {

    private static final double NS_PER_US = 1_000;
    private static final int TICKS_PER_HALF_DISTANCE = 5;

    /** Percentiles of {@code histogram}; all 0 when it is empty. */
    public static Latency of(final Histogram histogram) {
        return new Latency(
                us(histogram, 50),
                us(histogram, 90),
                us(histogram, 99),
                us(histogram, 99.9),
                us(histogram, 99.99),
                histogram.getMaxValue() / NS_PER_US,
                histogram.getTotalCount() == 0 ? 0 : histogram.getMean() / NS_PER_US,
                histogram.getTotalCount());
    }

    /** The percentile curve: pairs of percentile {@code 0..100} and microseconds, ascending. */
    public static List<double[]> curve(final Histogram histogram) {
        final List<double[]> points = new ArrayList<>();
        for (final HistogramIterationValue value : histogram.percentiles(TICKS_PER_HALF_DISTANCE)) {
            points.add(new double[] {value.getPercentileLevelIteratedTo(), value.getValueIteratedTo() / NS_PER_US});
        }
        return points;
    }

    private static double us(final Histogram histogram, final double percentile) {
        return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / NS_PER_US;
    }
}
