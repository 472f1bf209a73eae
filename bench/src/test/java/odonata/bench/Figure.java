package odonata.bench;

/**
 * What one side reached in one round.
 *
 * @param value in the unit of its probe
 * @param bytes of heap allocated for each operation; NaN when nobody looked
 */
record Figure(double value, double bytes) {
    static Figure of(final double value) {
        return new Figure(value, Double.NaN);
    }
}
