package odonata.node.snapshot;

/**
 * Who owns what. Index: bucket.
 *
 * @param version version of the map
 * @param owner owner CPU
 * @param from CPU that hands it over, or -1
 * @param packetsPerS packets per second by bucket
 */
@SuppressWarnings("ArrayRecordComponent") // written once, read as JSON
public record BucketsView(long version, int[] owner, int[] from, double[] packetsPerS) {}
