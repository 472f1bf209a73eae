package odonata.loadgen;

/**
 * State of a replay, while it goes on or at its end.
 *
 * @param file the capture, as it was named
 * @param done whether all packets were sent
 * @param packetsInFile IPv4 packets of the file
 * @param skipped records of the file that are no IPv4 packets
 * @param sent packets that left so far; each exactly once
 * @param pushBacks times the cluster took no packet and the replay waited
 * @param seconds time so far
 */
public record ReplaySummary(
        String file, boolean done, long packetsInFile, long skipped, long sent, long pushBacks, double seconds) {}
