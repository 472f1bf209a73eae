package odonata.config;

import com.typesafe.config.Config;

/**
 * Section {@code odonata.http}.
 *
 * @param port 0 takes a free one
 * @param maxStreams live streams that one member serves at a time
 * @param maxConnections connections at a time
 * @param maxBody largest request body in bytes
 * @param tokenFile file with the admin token, or empty
 */
public record HttpSettings(int port, int maxStreams, int maxConnections, int maxBody, String tokenFile) {

    /** Reads and checks the section. */
    public static HttpSettings of(final Config config) {
        return new HttpSettings(
                Checks.integer(config, "odonata.http.port", 0, 65_535),
                Checks.integer(config, "odonata.http.max-streams", 1, 1000),
                Checks.integer(config, "odonata.http.max-connections", 8, 10_000),
                Checks.integer(config, "odonata.http.max-body", 1024, 16 << 20),
                config.getString("odonata.http.token-file"));
    }
}
