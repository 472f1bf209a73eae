package odonata.node.snapshot;

import java.util.List;
import java.util.Map;

/**
 * The running or the last replay, as the load generator says.
 *
 * @param file name of the capture
 * @param packetsInFile packets in it
 * @param sent packets sent so far
 * @param counted packets that the cluster counted, all CPUs together
 * @param interfaces numbers of the interfaces by which the replay sends, by which its packets are told from others
 */
public record ReplayView(String file, long packetsInFile, long sent, long counted, List<Integer> interfaces) {

    /** The same with {@code counted} from the packets by interface. */
    ReplayView counting(final Map<Integer, Long> packetsByInterface) {
        final long sum = interfaces == null
                ? counted
                : interfaces.stream()
                        .mapToLong(id -> packetsByInterface.getOrDefault(id, 0L))
                        .sum();
        return new ReplayView(file, packetsInFile, sent, sum, interfaces);
    }
}
