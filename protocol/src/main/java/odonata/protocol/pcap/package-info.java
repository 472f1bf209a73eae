/** Capture files, read and written, and the one-line text of a packet. Not here: when a packet is replayed. */
package odonata.protocol.pcap;
