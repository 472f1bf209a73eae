package odonata.actors.cpu;

/**
 * One message taken by a thread in virtual time.
 *
 * @param cpu CPU id
 * @param timeNs local time of the CPU
 * @param thread name of the thread
 * @param kind class of the command
 * @param reply true when it was a reply
 */
public record TraceEvent(int cpu, long timeNs, String thread, String kind, boolean reply) {}
