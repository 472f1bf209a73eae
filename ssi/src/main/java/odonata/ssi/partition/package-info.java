/**
 * Placement: which bucket goes to which CPU, as pure functions over owners and live CPUs. Not here: when buckets move and who
 * has to agree, which is the coordinator's business ({@code odonata.ssi.membership}).
 */
package odonata.ssi.partition;
