/** UDP: the header and whole datagrams. Not here: control blocks of endpoints. */
package odonata.protocol.udp;
