/**
 * The load generator: workloads, open-loop pacing, replay, recording, reports. Runs in its own JVM and talks to the
 * cluster in IP packets only.
 *
 * <p>Not here: what the cluster thinks of the load; that is read from the members by the command line.
 */
package odonata.loadgen;
