/**
 * Runs the stress tests, which stand in the packages of what they test, and measures the speed table: {@link odonata.bench.Speed}.
 */
package odonata.bench;
