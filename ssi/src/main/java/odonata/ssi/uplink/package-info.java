/**
 * The crossbar between members: Aeron publications, credits, batches, the receiving agent, and the media driver of a process.
 *
 * <p>Belongs here: everything that carries ring entries to the CPUs of other members. Does not belong here: who is a member (package
 * {@code membership}), bytes of payloads (package {@code codec}), packets from load generators (package {@code wire}).
 */
package odonata.ssi.uplink;
