package odonata.node.cli;

import odonata.loadgen.client.ClientSettings.Workload;
import picocli.CommandLine.Option;

/** What TCP clients do, for the workloads tcp-echo, http, kv, churn and bulk. */
final class ClientOptions {
    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "64",
            description = "TCP: connections that are open at the same time (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--pipeline",
            paramLabel = "N",
            defaultValue = "1",
            description = "TCP: requests of a connection that wait for their answers (default: ${DEFAULT-VALUE}).")
    private int pipeline;

    @Option(
            names = "--requests-per-connection",
            paramLabel = "N",
            description = "TCP: then the connection is closed and another one opened; 0: never (default: 0, churn: 1).")
    private Long requestsPerConnection;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            defaultValue = "/bytes/1000",
            description =
                    "http: what to GET. Of /bytes/N and /chunked/N, which the cluster serves, the content is checked"
                            + " (default: ${DEFAULT-VALUE}).")
    private String path;

    @Option(
            names = "--status",
            paramLabel = "N",
            defaultValue = "200",
            description = "http: status that an answer must have (default: ${DEFAULT-VALUE}).")
    private int status;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "10000",
            description = "kv: number of keys (default: ${DEFAULT-VALUE}).")
    private int keys;

    @Option(
            names = "--set-share",
            paramLabel = "SHARE",
            defaultValue = "0.1",
            description =
                    "kv: share of the requests that are SET, 0..1; the others are GET (default: ${DEFAULT-VALUE}).")
    private double setShare;

    @Option(
            names = "--value-size",
            paramLabel = "BYTES",
            defaultValue = "64",
            description = "kv: size of a value (default: ${DEFAULT-VALUE}).")
    private int valueBytes;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            description =
                    "tcp-echo, churn: size of a request (default: 64). bulk: size of a transfer (default: 10000000).")
    private Long bytes;

    @Option(names = "--upload", description = "bulk: to the server; else from it.")
    private boolean upload;

    @Option(
            names = "--client-cpus",
            paramLabel = "N",
            defaultValue = "1",
            description = "TCP: CPUs of the clients' machine, or with --connect threads (default: ${DEFAULT-VALUE}).")
    private int cpus;

    @Option(
            names = "--connect",
            paramLabel = "HOST:PORT",
            description =
                    "TCP: ask this server by the sockets of this host instead of the cluster by the clients' own stack. No"
                            + " cluster is needed.")
    private String connect;

    int connections() {
        return connections;
    }

    int pipeline() {
        return pipeline;
    }

    long requestsPerConnection(final Workload workload) {
        return requestsPerConnection != null ? requestsPerConnection : workload == Workload.CHURN ? 1 : 0;
    }

    String path() {
        return path;
    }

    int status() {
        return status;
    }

    int keys() {
        return keys;
    }

    double setShare() {
        return setShare;
    }

    int valueBytes() {
        return valueBytes;
    }

    long bytes(final Workload workload) {
        return bytes != null ? bytes : workload == Workload.BULK ? 10_000_000 : 64;
    }

    boolean upload() {
        return upload;
    }

    int cpus() {
        return cpus;
    }

    /** Null for the cluster. */
    String connect() {
        return connect;
    }

    /** Port at which the cluster serves a workload. */
    static int portOf(final Workload workload) {
        return switch (workload) {
            case TCP_ECHO, CHURN -> 7;
            case HTTP, BULK -> 80;
            case KV -> 6_379;
        };
    }
}
