package odonata.loadgen;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What to replay and how.
 *
 * @param file capture file, classic pcap or pcapng
 * @param pace when each packet is sent
 * @param rate packets a second of {@link Pace#RATE}
 * @param rewriteTo address that replaces the busiest destination of the file, so that the cluster answers; empty keeps all
 *     addresses
 */
public record ReplaySettings(Path file, Pace pace, double rate, OptionalInt rewriteTo) {

    /** When the packets of a capture are sent. */
    public enum Pace {
        /** At the times at which they were captured. */
        RECORDED,
        /** Evenly, so many a second. */
        RATE,
        /** As fast as the cluster takes them. */
        FLAT_OUT
    }

    /** Rejects a rate that no pacer could keep. */
    public ReplaySettings {
        if (pace == Pace.RATE && !(rate > 0 && rate <= 10_000_000)) {
            throw new IllegalArgumentException("rate=" + rate + " is not in 0..10000000 packets/s");
        }
    }
}
