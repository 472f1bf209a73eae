/**
 * Packet buffers, byte order, the Internet checksum, and the bytes of objects that move. Not here: any one protocol's header.
 */
package odonata.protocol.wire;
