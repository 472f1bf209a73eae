package odonata.loadgen;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import odonata.loadgen.client.ClientSettings;
import odonata.loadgen.openloop.Arrivals;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Prefix;

/**
 * What a load-generator process is to do: one line of JSON on its standard input.
 *
 * @param members wire endpoints of members, {@code host:port}; one is enough, the others announce themselves; none for clients that use the
 *     host's sockets
 * @param bind address at which the generator itself is reached
 * @param secret cluster secret, null without one
 * @param cluster IPv4 address of the cluster
 * @param load UDP load to drive, null for none
 * @param clients TCP clients to run, null for none
 * @param replay capture to replay, null for none
 * @param output folder for the latency files, null for none
 */
public record Job(
        List<String> members,
        String bind,
        String secret,
        String cluster,
        Load load,
        Clients clients,
        Replay replay,
        String output) {

    /** Rejects a job without work or without a way to the cluster. */
    public Job {
        members = List.copyOf(members);
        if (members.isEmpty() && (clients == null || clients.connect() == null)) {
            throw new IllegalArgumentException("members is empty; name the wire endpoint of a member");
        }
        if (load == null && clients == null && replay == null) {
            throw new IllegalArgumentException("neither load nor clients nor replay are asked for");
        }
    }

    /** The load part, in the words of the command line; see {@link LoadSettings}. */
    public record Load(
            String workload,
            int flows,
            double zipfExponent,
            String arrivals,
            double rate,
            int payloadBytes,
            double warmupSeconds,
            double seconds,
            double timeoutSeconds,
            double maxLagSeconds,
            long seed,
            String hash,
            String clients,
            int port) {

        /**
         * Rejects what no run could do, before one is begun.
         *
         * @throws IllegalArgumentException names the option, its value and its range
         */
        public void check() {
            final var unused = settings("127.0.0.1");
        }

        LoadSettings settings(final String cluster) {
            return new LoadSettings(
                    WorkloadKind.byName(workload),
                    flows,
                    zipfExponent,
                    Arrivals.valueOf(arrivals.toUpperCase(Locale.ROOT)),
                    rate,
                    payloadBytes,
                    warmupSeconds,
                    seconds,
                    timeoutSeconds,
                    maxLagSeconds,
                    seed,
                    hash,
                    Ipv4Prefix.parse(clients),
                    Ipv4Address.parse(cluster),
                    port);
        }
    }

    /**
     * The TCP clients, in the words of the command line; see {@link ClientSettings}.
     *
     * @param rate requests a second, null for a closed loop
     * @param cpus CPUs, or threads, of the clients, {@code 1..64}
     * @param addresses prefix of the clients' addresses
     * @param port of the service
     * @param connect {@code host:port} that is asked by the host's own sockets, null for the cluster over the wire
     */
    public record Clients(
            String workload,
            int connections,
            int pipeline,
            long requestsPerConnection,
            Double rate,
            String arrivals,
            double warmupSeconds,
            double seconds,
            double timeoutSeconds,
            double maxLagSeconds,
            long seed,
            String path,
            int status,
            int keys,
            double setShare,
            int valueBytes,
            long bytes,
            boolean upload,
            int cpus,
            String addresses,
            int port,
            String connect) {

        /**
         * Rejects what no run could do, before one is begun.
         *
         * @throws IllegalArgumentException names the option, its value and its range
         */
        public void check() {
            final var unused = settings("127.0.0.1");
            final var prefix = Ipv4Prefix.parse(addresses);
            if (cpus < 1 || cpus > 64) {
                throw new IllegalArgumentException("client-cpus=" + cpus + " is not in 1..64");
            }
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port=" + port + " is not in 1..65535");
            }
            if (prefix.length() < 8) {
                throw new IllegalArgumentException("clients=" + prefix + " is wider than /8");
            }
            if (connect != null) {
                final var unusedServer = server();
            }
        }

        ClientSettings settings(final String cluster) {
            return new ClientSettings(
                    ClientSettings.Workload.byName(workload)
                            .orElseThrow(() -> new IllegalArgumentException("workload=" + workload + " is none")),
                    connect == null ? cluster : connect,
                    connections,
                    pipeline,
                    requestsPerConnection,
                    rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate),
                    Arrivals.valueOf(arrivals.toUpperCase(Locale.ROOT)),
                    warmupSeconds,
                    seconds,
                    timeoutSeconds,
                    maxLagSeconds,
                    seed,
                    new ClientSettings.Http(path, status),
                    new ClientSettings.KeyValue(keys, setShare, valueBytes),
                    bytes,
                    upload);
        }

        /** The address of {@code connect}. */
        InetSocketAddress server() {
            final int colon = connect.lastIndexOf(':');
            final boolean whole = colon > 0 && connect.substring(colon + 1).matches("\\d{1,5}");
            final int number = whole ? Integer.parseInt(connect.substring(colon + 1)) : 0;
            if (number < 1 || number > 65_535) {
                throw new IllegalArgumentException("connect=" + connect + " is not HOST:PORT");
            }
            final InetSocketAddress address = new InetSocketAddress(connect.substring(0, colon), number);
            if (address.isUnresolved()) {
                throw new IllegalArgumentException("connect=" + connect + ": this host is not known");
            }
            return address;
        }
    }

    /** The replay part; {@code pace} is {@code recorded}, {@code rate} or {@code flat-out}. See {@link ReplaySettings}. */
    public record Replay(String file, String pace, double rate, boolean rewrite) {

        ReplaySettings settings(final String cluster) {
            return new ReplaySettings(
                    Path.of(file),
                    ReplaySettings.Pace.valueOf(pace.toUpperCase(Locale.ROOT).replace('-', '_')),
                    rate,
                    rewrite ? OptionalInt.of(Ipv4Address.parse(cluster)) : OptionalInt.empty());
        }
    }

    Optional<LoadSettings> loadSettings() {
        return Optional.ofNullable(load).map(part -> part.settings(cluster));
    }

    Optional<ClientSettings> clientSettings() {
        return Optional.ofNullable(clients).map(part -> part.settings(cluster));
    }

    Optional<ReplaySettings> replaySettings() {
        return Optional.ofNullable(replay).map(part -> part.settings(cluster));
    }
}
