/**
 * The IPv4 header, addresses, prefixes, and the classification that decides which CPU a packet belongs to. Not here:
 * the headers of the protocols above it, routes, and what a CPU does with a packet.
 */
package odonata.protocol.ip;
