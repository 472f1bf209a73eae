package odonata.node.calibrate;

import java.util.Arrays;

/**
 * Many measurements of one thing, of which the middle counts: what the machine does beside lengthens some of them, by any amount.
 *
 * <p>Thread: one at a time.
 */
final class Samples {
    private static final int FIRST = 1_024;

    private double[] values = new double[FIRST];
    private int count;

    void add(final double value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
    }

    int count() {
        return count;
    }

    double median() {
        return quantile(0.5);
    }

    /** The least value that a share {@code q} of all do not exceed. */
    double quantile(final double q) {
        if (count == 0) {
            throw new IllegalStateException("nothing was measured");
        }
        final double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(count - 1, Math.floor(q * count))];
    }
}
