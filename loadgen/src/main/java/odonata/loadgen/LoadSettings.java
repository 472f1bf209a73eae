package odonata.loadgen;

import odonata.loadgen.openloop.Arrivals;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.Ipv4Prefix;

/**
 * What to ask of the cluster, checked when made.
 *
 * @param workload which flows
 * @param flows number of distinct flows, {@code 1..1,000,000}
 * @param zipfExponent skew of {@link WorkloadKind#ZIPF}, {@code 0..4}; 0 is uniform
 * @param arrivals spacing of the requests
 * @param rate mean requests a second, {@code > 0}
 * @param payloadBytes UDP payload of a request, {@link Request#BYTES}{@code ..1472}
 * @param warmupSeconds time at the start that is not measured
 * @param seconds measured time
 * @param timeoutSeconds a request without answer for so long is lost
 * @param maxLagSeconds a request that could not be sent for so long is given up and counted
 * @param seed of flows, choices and gaps
 * @param hash name of the hash that an attack aims at
 * @param clients prefix that the client addresses are taken from
 * @param service IPv4 address of the cluster
 * @param port UDP port of the service
 */
public record LoadSettings(
        WorkloadKind workload,
        int flows,
        double zipfExponent,
        Arrivals arrivals,
        double rate,
        int payloadBytes,
        double warmupSeconds,
        double seconds,
        double timeoutSeconds,
        double maxLagSeconds,
        long seed,
        String hash,
        Ipv4Prefix clients,
        int service,
        int port) {

    private static final int MAX_FLOWS = 1_000_000;
    private static final int MAX_PAYLOAD = 1_472;
    private static final double MAX_RATE = 10_000_000;
    private static final double MAX_SECONDS = 86_400;

    /** Rejects what no run could do, naming key, value and range. */
    public LoadSettings {
        range("flows", flows, 1, MAX_FLOWS);
        range("zipf", zipfExponent, 0, 4);
        range("rate", rate, 1e-3, MAX_RATE);
        range("payload", payloadBytes, Request.BYTES, MAX_PAYLOAD);
        range("warmup", warmupSeconds, 0, MAX_SECONDS);
        range("duration", seconds, 0.1, MAX_SECONDS);
        range("timeout", timeoutSeconds, 0.01, 60);
        range("max-lag", maxLagSeconds, 0.001, 60);
        range("port", port, 1, 65_535);
    }

    private static void range(final String key, final double value, final double min, final double max) {
        if (!(value >= min && value <= max)) {
            throw new IllegalArgumentException(
                    key + "=" + plain(value) + " is not in " + plain(min) + ".." + plain(max));
        }
    }

    private static String plain(final double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    /** Lowest client address that is not the network's own. */
    int firstClient() {
        return clients.network() + (hosts() > 2 ? 1 : 0);
    }

    /** A client drawn from the prefix, neither its network nor its broadcast address. */
    int randomClient(final Seed source) {
        final int hosts = hosts();
        return hosts > 2
                ? clients.network() + 1 + source.nextInt(hosts - 2)
                : clients.network() + source.nextInt(hosts);
    }

    /** The flow from a client to the service. */
    FlowKey flowFrom(final int client, final int clientPort) {
        return new FlowKey(client, clientPort, service, port, Workload.UDP);
    }

    private int hosts() {
        return 1 << Math.min(30, 32 - clients.length());
    }
}
