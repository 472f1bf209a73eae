/** Runs the stress tests, which stand in the packages of what they test. */
package odonata.bench;
