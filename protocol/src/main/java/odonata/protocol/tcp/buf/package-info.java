/** The two buffers of a connection: bytes to send, bytes received. Not here: sequence numbers, windows, users. */
package odonata.protocol.tcp.buf;
