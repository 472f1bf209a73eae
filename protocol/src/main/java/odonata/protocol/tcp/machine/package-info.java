/**
 * The TCP machine of RFC 9293: segments, user calls and expired timers in; segments, a timer and events out. Not here:
 * tables of connections, threads, IP.
 */
package odonata.protocol.tcp.machine;
