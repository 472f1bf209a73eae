/**
 * TCP: the header, its options, sequence numbers. Not here: who owns a connection and on which CPU it runs.
 */
package odonata.protocol.tcp;
