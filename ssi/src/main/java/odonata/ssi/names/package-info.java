/**
 * Named services across the members of a cluster: whom to ask for a name, and what may travel. How services work on one member, and what is
 * sent from one to the other, is in {@code odonata.actors.caps}.
 */
package odonata.ssi.names;
