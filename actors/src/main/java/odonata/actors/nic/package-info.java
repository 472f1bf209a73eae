/**
 * Network devices and the interrupt thread that pulls packets out of them. Not here: devices that need the network between
 * members.
 */
package odonata.actors.nic;
