/**
 * The only sources of time and of randomness. What reads either elsewhere is a defect.
 */
package odonata.protocol.clock;
