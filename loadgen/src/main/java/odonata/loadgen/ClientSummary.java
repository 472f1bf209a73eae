package odonata.loadgen;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import odonata.loadgen.client.ClientSettings;
import odonata.loadgen.client.Tally;

/**
 * What TCP clients did in the measured phase, besides what is counted of every load.
 *
 * @param connections kept open at the same time
 * @param pipeline requests of a connection that wait for their answers at most
 * @param requestsPerConnection after which a connection was closed; 0: never
 * @param openLoop requests had a schedule; else each answer was followed by the next request
 * @param opened connections that were opened
 * @param closedByPeer connections that the server ended while nothing was under way
 * @param bytesSent bytes handed to TCP
 * @param bytesReceived bytes that came from TCP
 * @param cpuSeconds processor time that the load generator itself took
 * @param errors what went wrong and how often: names of errno(2); {@code timeout}, {@code connect-timeout}, {@code closed-early},
 *     {@code status-N}, {@code length}, {@code content}, {@code protocol}, {@code unasked}, {@code error-NAME}
 */
public record ClientSummary(
        int connections,
        int pipeline,
        long requestsPerConnection,
        boolean openLoop,
        long opened,
        long closedByPeer,
        long bytesSent,
        long bytesReceived,
        double cpuSeconds,
        Map<String, Long> errors) {

    /** Copies the errors, in the order of their names. */
    public ClientSummary {
        errors = Collections.unmodifiableMap(new TreeMap<>(errors));
    }

    static ClientSummary of(final ClientSettings settings, final Tally tally, final double cpuSeconds) {
        return new ClientSummary(
                settings.connections(),
                settings.pipeline(),
                settings.requestsPerConnection(),
                settings.rate().isPresent(),
                tally.opened(),
                tally.closedByPeer(),
                tally.bytesOut(),
                tally.bytesIn(),
                cpuSeconds,
                tally.errors());
    }
}
