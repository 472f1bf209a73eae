/** ICMP: the header, echo replies and error messages. Not here: who is told of an error. */
package odonata.protocol.icmp;
