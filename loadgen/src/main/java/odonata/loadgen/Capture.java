package odonata.loadgen;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.pcap.PcapPacket;
import odonata.protocol.pcap.PcapReader;

/**
 * What a capture file holds, found by reading it once: so a damaged file is refused before the first packet is sent.
 *
 * @param file the file
 * @param packets IPv4 packets
 * @param skipped other records
 * @param firstNs time of the first IPv4 packet, nanoseconds since 1970
 * @param lastNs time of the last one
 * @param busiest address that is an end of most packets
 */
public record Capture(Path file, long packets, long skipped, long firstNs, long lastNs, int busiest) {

    /**
     * Reads the whole file.
     *
     * @throws odonata.protocol.pcap.PcapException when it is damaged or empty
     * @throws IllegalArgumentException when it holds no IPv4 packet
     */
    public static Capture survey(final Path file) {
        final Map<Integer, Long> ends = new HashMap<>();
        final Ipv4Header ip = new Ipv4Header();
        long packets = 0;
        long skipped = 0;
        long firstNs = Long.MAX_VALUE;
        long lastNs = Long.MIN_VALUE;
        try (PcapReader reader = PcapReader.open(file)) {
            for (final PcapPacket packet : reader) {
                final var mbuf = packet.ip();
                if (mbuf.isEmpty()) {
                    skipped++;
                    continue;
                }
                packets++;
                firstNs = Math.min(firstNs, packet.timestampNs());
                lastNs = Math.max(lastNs, packet.timestampNs());
                ip.wrap(mbuf.get().data(), mbuf.get().offset(), mbuf.get().length());
                if (ip.check()) {
                    ends.merge(ip.src(), 1L, Long::sum);
                    ends.merge(ip.dst(), 1L, Long::sum);
                }
            }
        }
        if (packets == 0) {
            throw new IllegalArgumentException(file + ": no IPv4 packet in it (" + skipped
                    + " other records); choose a capture with IPv4 traffic");
        }
        final int busiest = ends.entrySet().stream()
                .max(Map.Entry.<Integer, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(0);
        return new Capture(file, packets, skipped, firstNs, lastNs, busiest);
    }
}
