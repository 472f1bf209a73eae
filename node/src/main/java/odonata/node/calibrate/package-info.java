/**
 * Measures what sends, switches, copies and hops take on this machine, with the real runtime on the wall clock: the figures of section
 * {@code lwkt.costs}, by which virtual time is charged. What virtual time does with them is not here.
 */
package odonata.node.calibrate;
