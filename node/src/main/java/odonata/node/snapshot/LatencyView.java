package odonata.node.snapshot;

/**
 * Latency from the intended start, in microseconds.
 *
 * @param p50 median
 * @param p90 90 %
 * @param p99 99 %
 * @param p999 99.9 %
 * @param p9999 99.99 %
 * @param max largest
 * @param count answers
 */
public record LatencyView(double p50, double p90, double p99, double p999, double p9999, double max, long count) {}
