/**
 * What a light-weight kernel thread sees: itself ({@link odonata.actors.lwkt.Td}), its handlers, its priority. How threads
 * are chosen and run does not belong here.
 */
package odonata.actors.lwkt;
