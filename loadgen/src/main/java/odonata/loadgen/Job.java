package odonata.loadgen;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Prefix;

/**
 * What a load-generator process is to do: one line of JSON on its standard input.
 *
 * @param members wire endpoints of members, {@code host:port}; one is enough, the others announce themselves
 * @param bind address at which the generator itself is reached
 * @param secret cluster secret, null without one
 * @param cluster IPv4 address of the cluster
 * @param load load to drive, null for none
 * @param replay capture to replay, null for none
 * @param output folder for the latency files, null for none
 */
public record Job(
        List<String> members, String bind, String secret, String cluster, Load load, Replay replay, String output) {

    /** Rejects a job without work or without a way to the cluster. */
    public Job {
        members = List.copyOf(members);
        if (members.isEmpty()) {
            throw new IllegalArgumentException("members is empty; name the wire endpoint of a member");
        }
        if (load == null && replay == null) {
            throw new IllegalArgumentException("neither load nor replay is asked for");
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

    Optional<ReplaySettings> replaySettings() {
        return Optional.ofNullable(replay).map(part -> part.settings(cluster));
    }
}
