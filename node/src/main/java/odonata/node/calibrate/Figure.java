package odonata.node.calibrate;

/**
 * One measured figure of {@code lwkt.costs}.
 *
 * @param key last part of the key, with its unit: {@code send-ns}
 * @param value rounded to what the table takes
 * @param low a tenth of the samples were not above this
 * @param high a tenth of the samples were not below this
 * @param samples how many; 0: not measured, the default stands
 * @param how what was done, in a line
 */
public record Figure(String key, long value, double low, double high, int samples, String how) {

    /**
     * The middle of what was measured, less what else was in it; never below {@code least}. Throws {@link IllegalStateException} when the
     * samples are too few.
     */
    static Figure of(final String key, final Samples all, final double less, final long least, final String how) {
        if (all.count() < Span.ENOUGH) {
            throw new IllegalStateException(key + ": " + all.count() + " samples are too few, " + Span.ENOUGH
                    + " are needed; repeat it on a free machine, or with more --seconds");
        }
        return new Figure(
                key,
                Math.max(least, Math.round(all.median() - less)),
                tenth(all.quantile(0.1) - less),
                tenth(all.quantile(0.9) - less),
                all.count(),
                how);
    }

    /** What could not be measured here. */
    static Figure standing(final String key, final long value, final String why) {
        return new Figure(key, value, value, value, 0, why);
    }

    private static double tenth(final double value) {
        return Math.rint(Math.max(0, value) * 10) / 10;
    }
}
