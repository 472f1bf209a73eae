/**
 * A whole cluster in virtual time: simulated control plane around the real coordinator, simulated uplink between real CPUs,
 * faults by seed. Not here: invariants and workloads; what is measured in virtual time is the lab's business.
 */
package odonata.ssi.sim;
