/**
 * TCP clients: connections that ask an echo, an HTTP or a key-value server and look at what comes back.
 *
 * <p>They are driven by one thread each, through a {@link odonata.loadgen.client.Dialer}, and do not know whether that is this project's
 * stack or the host's. Not here: where the packets go, and the report.
 */
package odonata.loadgen.client;
