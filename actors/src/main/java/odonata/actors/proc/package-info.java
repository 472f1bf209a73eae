/**
 * User processes: a thread plus a process context, the boundary between kernel and user mode, system calls as messages. Which process
 * may run user code is decided in {@code usched}; what a particular program does, and kernel services that are only used through
 * system calls, do not belong here.
 */
package odonata.actors.proc;
