/**
 * Messages and the ports where they wait: address, envelope with its life cycle, and the thread port that is an Akka
 * mailbox. How a message gets from one CPU to another does not belong here.
 */
package odonata.actors.port;
