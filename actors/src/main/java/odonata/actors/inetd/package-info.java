/**
 * The simple services of the Internet over TCP, as user programs: echo, discard, chargen. Not here: their UDP side (package app), and
 * anything with a protocol of its own.
 */
package odonata.actors.inetd;
