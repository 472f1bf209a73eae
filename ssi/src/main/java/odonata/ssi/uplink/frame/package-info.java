/**
 * The frame: what one Aeron message between members, or between a member and a load generator, looks like.
 *
 * <p>Belongs here: layout, checksum, authentication, the order of frames of one sender, and what is wrong with a frame. Does not
 * belong here: Aeron, and what the entries of a frame mean.
 */
package odonata.ssi.uplink.frame;
