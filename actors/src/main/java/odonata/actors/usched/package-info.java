/**
 * The user scheduler: policies that choose which user thread of a CPU may run user code. Plain objects that know neither CPU nor
 * thread; what a process is does not belong here.
 */
package odonata.actors.usched;
