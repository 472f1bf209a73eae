package odonata.loadgen.client;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import odonata.loadgen.openloop.Arrivals;

/**
 * What TCP clients do, checked when made.
 *
 * @param workload what they ask
 * @param host server as it is called in requests
 * @param connections that are open at the same time, {@code 1..60,000}
 * @param pipeline requests of a connection that wait for their answers, {@code 1..1,024}
 * @param requestsPerConnection after which a connection is closed and another opened; 0: never
 * @param rate requests a second of an open loop; empty: a closed loop, each answer is followed by the next request
 * @param arrivals spacing of an open loop
 * @param warmupSeconds time at the start that is not measured
 * @param seconds measured time
 * @param timeoutSeconds a connection whose oldest request, or handshake, has waited so long is given up
 * @param maxLagSeconds a request of an open loop that found no free connection for so long is given up
 * @param seed of ports, keys and gaps
 * @param http what HTTP clients ask
 * @param keyValue what key-value clients ask
 * @param bytes of an echo request, {@code 1..16,384}, or of a bulk transfer, {@code 1..2^40}
 * @param upload bulk goes to the server
 */
public record ClientSettings(
        Workload workload,
        String host,
        int connections,
        int pipeline,
        long requestsPerConnection,
        OptionalDouble rate,
        Arrivals arrivals,
        double warmupSeconds,
        double seconds,
        double timeoutSeconds,
        double maxLagSeconds,
        long seed,
        Http http,
        KeyValue keyValue,
        long bytes,
        boolean upload) {

    private static final int MOST_CONNECTIONS = 60_000;
    private static final int MOST_PIPELINE = 1_024;
    private static final double MOST_SECONDS = 86_400;
    private static final int MOST_ECHO = 16_384;
    private static final double MOST_BULK = 0x1p40;

    /** What is asked. */
    public enum Workload {
        /** Bytes that come back. */
        TCP_ECHO,
        /** GET of a path. */
        HTTP,
        /** SET and GET in the Redis protocol. */
        KV,
        /** Echo, each request on a connection of its own. */
        CHURN,
        /** Long transfers over HTTP. */
        BULK;

        /** The one of that name, if there is one. */
        public static Optional<Workload> byName(final String name) {
            for (final Workload each : values()) {
                if (each.label().equalsIgnoreCase(name)) {
                    return Optional.of(each);
                }
            }
            return Optional.empty();
        }

        /** Names of all, comma separated. */
        public static String names() {
            return Arrays.stream(values()).map(Workload::label).collect(Collectors.joining(", "));
        }

        /** Name on the command line. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Requests of HTTP clients.
     *
     * @param path begins with a slash, printable ASCII without spaces
     * @param status that each answer must have, {@code 200..599}
     */
    public record Http(String path, int status) {
        /** Rejects what is no request. */
        public Http {
            if (!path.matches("/[!-~]*")) {
                throw new IllegalArgumentException("path=" + path + " is not a slash and printable characters");
            }
            range("status", status, 200, 599);
        }
    }

    /**
     * Requests of key-value clients.
     *
     * @param keys number of keys, {@code 1..10,000,000}
     * @param setShare share of the requests that are SET, {@code 0..1}; the others are GET
     * @param valueBytes of each value, {@code 1..65,000}
     */
    public record KeyValue(int keys, double setShare, int valueBytes) {
        /** Checks the ranges. */
        public KeyValue {
            range("keys", keys, 1, 10_000_000);
            range("set-share", setShare, 0, 1);
            range("value-size", valueBytes, 1, 65_000);
        }
    }

    /** Rejects what no run could do, naming key, value and range. */
    public ClientSettings {
        range("connections", connections, 1, MOST_CONNECTIONS);
        range("pipeline", pipeline, 1, workload == Workload.BULK ? 1 : MOST_PIPELINE);
        range("requests-per-connection", (double) requestsPerConnection, 0, (double) Long.MAX_VALUE);
        if (rate.isPresent()) {
            range("rate", rate.getAsDouble(), 1e-3, 10_000_000);
        }
        range("warmup", warmupSeconds, 0, MOST_SECONDS);
        range("duration", seconds, 0.1, MOST_SECONDS);
        range("timeout", timeoutSeconds, 0.01, 3_600);
        range("max-lag", maxLagSeconds, 0.001, 60);
        range("size", (double) bytes, 1, workload == Workload.BULK ? MOST_BULK : MOST_ECHO);
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
}
