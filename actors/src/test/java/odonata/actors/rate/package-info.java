/** Rough rates of the CPU runtime beside plain Akka, by hand; not a test. */
package odonata.actors.rate;
