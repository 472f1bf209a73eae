/** Captures of packets at devices: what a member keeps until it is asked, and how the members' packets become one file. */
package odonata.node.capture;
