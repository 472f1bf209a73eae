package odonata.node.cli;

import java.util.Optional;
import java.util.OptionalDouble;
import odonata.config.ConfigException;
import odonata.loadgen.Job;
import odonata.loadgen.Thresholds;
import odonata.loadgen.client.ClientSettings.Workload;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What to ask of the cluster, and what has to come out. */
final class LoadOptions {
    private static final double DEFAULT_RATE = 3_000;
    private static final double UDP_TIMEOUT = 2;
    private static final double TCP_TIMEOUT = 10;
    private static final double BULK_TIMEOUT = 60;
    private static final int ECHO_PORT = 7;

    @Mixin
    private ClientOptions tcp;

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            defaultValue = "uniform",
            description =
                    "Over UDP: uniform; zipf (few flows have most requests); consecutive (one client, one port after the other); even"
                            + " (even ports only); attack (all flows fall into one bucket of the cluster's hash). Over TCP: tcp-echo;"
                            + " http; kv (Redis protocol); churn (a connection for each request); bulk (long transfers by HTTP)"
                            + " (default: ${DEFAULT-VALUE}).")
    private String workload;

    @Option(
            names = "--flows",
            paramLabel = "N",
            defaultValue = "2000",
            description = "UDP: distinct flows (default: ${DEFAULT-VALUE}).")
    private int flows;

    @Option(
            names = "--zipf",
            paramLabel = "S",
            defaultValue = "1.1",
            description = "Exponent of zipf, 0..4 (default: ${DEFAULT-VALUE}).")
    private double zipf;

    @Option(
            names = "--arrivals",
            paramLabel = "NAME",
            defaultValue = "poisson",
            description =
                    "poisson or fixed spacing. The schedule does not wait for answers: open loop (default: ${DEFAULT-VALUE}).")
    private String arrivals;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description =
                    "Requests per second of an open loop (default: UDP 3000; TCP has a closed loop without it: each answer is"
                            + " followed by the next request).")
    private Double rate;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "64",
            description = "UDP: payload of a request (default: ${DEFAULT-VALUE}).")
    private int payload;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "Time that is not measured (default: ${DEFAULT-VALUE}).")
    private double warmup;

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "Measured time (default: ${DEFAULT-VALUE}).")
    private double duration;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description =
                    "A request without answer for so long is lost, and over TCP its connection with it (default: UDP 2, TCP"
                            + " 10, bulk 60).")
    private Double timeout;

    @Option(
            names = "--max-lag",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description =
                    "A request that could not be sent for so long is given up and counted (default: ${DEFAULT-VALUE}).")
    private double maxLag;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of flows, choices and gaps (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--clients",
            paramLabel = "PREFIX",
            defaultValue = "10.88.0.0/16",
            description = "Addresses of the simulated clients (default: ${DEFAULT-VALUE}).")
    private String clients;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of the service (default: echo 7, http and bulk 80, kv 6379).")
    private Integer port;

    @Option(
            names = "--max-p99",
            paramLabel = "MICROSECONDS",
            description = "Exit code 20 when the 99th percentile is above.")
    private Double maxP99;

    @Option(names = "--min-rate", paramLabel = "N", description = "Exit code 20 when fewer answers came per second.")
    private Double minRate;

    @Option(
            names = "--max-imbalance",
            paramLabel = "RATIO",
            description = "Exit code 20 when the busiest CPU had more than so many times the mean.")
    private Double maxImbalance;

    /** Refuses what no run could do, also when there is no cluster. */
    void check() {
        if (!arrivals.matches("(?i)poisson|fixed")) {
            throw new ConfigException("--arrivals", arrivals, "poisson, fixed");
        }
        if (tcp.connect() != null && clients().isEmpty()) {
            throw new ConfigException("--connect is for the workloads of TCP: " + Workload.names());
        }
        try {
            clients().ifPresentOrElse(Job.Clients::check, () -> job("dragonfly").check());
        } catch (IllegalArgumentException e) {
            final boolean named = e.getMessage().matches("[a-z-]+=.*");
            throw new ConfigException((named ? "--" : "") + e.getMessage());
        }
    }

    Job.Load job(final String hash) {
        return new Job.Load(
                workload,
                flows,
                zipf,
                arrivals,
                rate == null ? DEFAULT_RATE : rate,
                payload,
                warmup,
                duration,
                timeout == null ? UDP_TIMEOUT : timeout,
                maxLag,
                seed,
                hash,
                clients,
                port == null ? ECHO_PORT : port);
    }

    /** What TCP clients are to do; empty when the workload is one of UDP. */
    Optional<Job.Clients> clients() {
        return Workload.byName(workload)
                .map(kind -> new Job.Clients(
                        workload,
                        tcp.connections(),
                        tcp.pipeline(),
                        tcp.requestsPerConnection(kind),
                        rate,
                        arrivals,
                        warmup,
                        duration,
                        timeout == null ? (kind == Workload.BULK ? BULK_TIMEOUT : TCP_TIMEOUT) : timeout,
                        maxLag,
                        seed,
                        tcp.path(),
                        tcp.status(),
                        tcp.keys(),
                        tcp.setShare(),
                        tcp.valueBytes(),
                        tcp.bytes(kind),
                        tcp.upload(),
                        tcp.cpus(),
                        clients,
                        port == null ? ClientOptions.portOf(kind) : port,
                        tcp.connect()));
    }

    Thresholds thresholds() {
        return new Thresholds(optional(maxP99), optional(minRate), optional(maxImbalance));
    }

    private static OptionalDouble optional(final Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
