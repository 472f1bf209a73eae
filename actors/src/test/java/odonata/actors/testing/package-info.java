/** What the tests of the CPU runtime share: a machine to try things on, and a thread that does what a test tells it. */
package odonata.actors.testing;
