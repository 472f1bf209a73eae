/**
 * Flow keys, flow hashes and the map from hash to owner CPU. Not here: tables of flows, which belong to the threads.
 */
package odonata.protocol.flow;
