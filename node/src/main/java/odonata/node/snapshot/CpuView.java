package odonata.node.snapshot;

/**
 * One emulated CPU. Rates and shares are over the last window.
 *
 * @param cpu cluster-wide number
 * @param member member that hosts it, or hosted it
 * @param state whether it lives
 * @param utilisation share of the window in which it ran threads, 0..1
 * @param byClass the same by class of thread
 * @param running thread that served most messages in the window, or {@code idle}
 * @param runQueue runnable threads
 * @param queueDepth messages queued in its ports
 * @param packets packets served since start
 * @param packetsPerS packets served per second
 * @param flows flows in its tables
 * @param buckets buckets that it owns
 * @param messagesPerS messages handled per second
 * @param entries messages and functions that came from other CPUs since start
 * @param ipis wake-ups by other CPUs since start
 * @param ipisPerS wake-ups received per second
 * @param messagesPerIpi messages that came from other CPUs per wake-up
 */
public record CpuView(
        int cpu,
        int member,
        CpuState state,
        double utilisation,
        ClassShares byClass,
        String running,
        int runQueue,
        int queueDepth,
        long packets,
        double packetsPerS,
        long flows,
        int buckets,
        double messagesPerS,
        long entries,
        long ipis,
        double ipisPerS,
        double messagesPerIpi) {}
