/**
 * The schedule of a load and the measure of its answers: when each request is due, what became of it, how long it took from then on.
 *
 * <p>Not here: what a request is and how it travels.
 */
package odonata.loadgen.openloop;
