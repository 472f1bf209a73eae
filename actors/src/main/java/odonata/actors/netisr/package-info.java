/**
 * Protocol threads of one CPU, the choice of the thread that a packet goes to, and the CPU's side of moving buckets between
 * CPUs. Not here: what a socket does with a datagram, and devices.
 */
package odonata.actors.netisr;
