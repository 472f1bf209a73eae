/**
 * Who is in the cluster and which CPU owns which bucket: the coordinator (a plain state machine), the replicated state that it
 * makes, and the Akka Cluster node that carries both. Not here: packets and LWKT messages, which travel over rings and the
 * uplink; what a CPU does with a map is {@code odonata.actors.netisr.Partition}.
 */
package odonata.ssi.membership;
