package odonata.node.snapshot;

/**
 * Sums over the live CPUs.
 *
 * @param packets packets served since start, CPUs that left included
 * @param packetsPerS packets per second
 * @param messagesPerS messages handled per second
 * @param ipisPerS wake-ups per second
 * @param crossCpuShare share of messages that came from another CPU
 * @param crossMemberShare share of messages that came from another member
 * @param drops packets dropped per second
 * @param processCpu cores that all members used
 */
public record TotalsView(
        long packets,
        double packetsPerS,
        double messagesPerS,
        double ipisPerS,
        double crossCpuShare,
        double crossMemberShare,
        double drops,
        double processCpu) {}
