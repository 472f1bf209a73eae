package odonata.node.snapshot;

/**
 * How evenly the work is spread.
 *
 * @param maxOverMean busiest CPU over the mean, 1 is perfect
 * @param jain Jain index, 1 is perfect, 1/n is worst
 * @param expectedByLuck max/mean that placing so many flows at random would give
 * @param perfect what a perfect hash would give
 * @param flows flows that were placed
 * @param basis what was counted and over which span
 */
public record ImbalanceView(
        double maxOverMean, double jain, double expectedByLuck, double perfect, long flows, String basis) {}
