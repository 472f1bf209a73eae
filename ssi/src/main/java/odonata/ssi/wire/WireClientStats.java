package odonata.ssi.wire;

/**
 * Counters of a wire client.
 *
 * @param sent packets taken for sending
 * @param refused packets not taken: the cluster pushes back, or no member is there
 * @param lost packets taken that did not leave because their member died
 * @param received packets received
 * @param faults received frames that were dropped
 */
public record WireClientStats(long sent, long refused, long lost, long received, long faults) {}
