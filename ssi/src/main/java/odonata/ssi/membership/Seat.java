package odonata.ssi.membership;

/**
 * A CPU of a live member and how far it has come with the bucket map.
 *
 * @param cpu id, given in join order from 0, never given again
 * @param member its member
 * @param applied newest map version by which it steers
 * @param tookOver newest map version of which it serves all that is its own
 * @param passed newest map version, not listing it, that it has worked off: see {@code PartitionEvents.left}
 */
public record Seat(int cpu, int member, long applied, long tookOver, long passed) {}
