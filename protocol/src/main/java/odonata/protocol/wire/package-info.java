/**
 * Packet buffers, byte order and the Internet checksum. Not here: any one protocol's header.
 */
package odonata.protocol.wire;
