package odonata.node.demo;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.flow.ToeplitzHash;
import odonata.protocol.ip.PacketClassifier;
import odonata.protocol.pcap.PcapPacket;
import odonata.protocol.pcap.PcapReader;
import odonata.protocol.wire.Mbuf;

/** Packets of each flow of a run: what a placement of flows had to work with. */
final class FlowWeights {
    private FlowWeights() {}

    /** Packets by flow of a capture, both directions together, in no particular order. */
    static long[] ofCapture(final Path file) {
        final PacketClassifier classifier = new PacketClassifier(new ToeplitzHash());
        final Map<FlowKey, Long> flows = new HashMap<>();
        try (PcapReader reader = PcapReader.open(file)) {
            for (final PcapPacket packet : reader) {
                final Optional<Mbuf> ip = packet.ip();
                ip.flatMap(classifier::flowOf).ifPresent(key -> flows.merge(undirected(key), 1L, Long::sum));
            }
        }
        return flows.values().stream().mapToLong(Long::longValue).toArray();
    }

    private static FlowKey undirected(final FlowKey key) {
        final boolean swap =
                key.src() != key.dst() ? Integer.compareUnsigned(key.src(), key.dst()) > 0 : key.sport() > key.dport();
        return swap ? key.reversed() : key;
    }

    /** A load of {@code requests} over {@code flows} equal flows. */
    static long[] ofLoad(final long requests, final int flows) {
        final long[] weights = new long[flows];
        Arrays.fill(weights, requests / flows);
        for (int i = 0; i < requests % flows; i++) {
            weights[i]++;
        }
        return weights;
    }

    static long[] together(final long[] a, final long[] b) {
        return LongStream.concat(Arrays.stream(a), Arrays.stream(b))
                .filter(w -> w > 0)
                .toArray();
    }
}
