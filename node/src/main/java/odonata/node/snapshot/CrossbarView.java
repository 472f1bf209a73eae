package odonata.node.snapshot;

import java.util.List;

/**
 * The matrix of CPU pairs. Row: sender, column: receiver, both in the order of {@code cpus}; diagonal: messages inside the CPU.
 *
 * @param cpus numbers of the live CPUs, ascending
 * @param messagesPerS messages per second
 * @param messagesPerIpi messages per wake-up
 * @param ringFullPerS times per second that a sender found the ring full
 */
@SuppressWarnings("ArrayRecordComponent") // written once, read as JSON
public record CrossbarView(
        List<Integer> cpus, double[][] messagesPerS, double[][] messagesPerIpi, double[][] ringFullPerS) {}
