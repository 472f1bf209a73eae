/**
 * The test port: drives one emulated host from outside, in virtual time, over a Unix socket. Not here: any protocol; all that happens is
 * done by the threads and machines of {@code odonata.actors}.
 */
package odonata.node.testport;
