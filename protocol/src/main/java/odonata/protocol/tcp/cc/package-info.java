/** Congestion control: how large cwnd and ssthresh are. Not here: what is sent, when a loss is recognised. */
package odonata.protocol.tcp.cc;
