package odonata.config;

import com.typesafe.config.Config;

/**
 * Section {@code odonata.services}: what each member serves at the cluster's address, a process on each CPU.
 *
 * @param simple echo, discard and chargen over TCP
 * @param httpPort port of the web server; 0: there is none
 * @param httpRoot folder whose files the web server has, or empty
 */
public record ServiceSettings(boolean simple, int httpPort, String httpRoot) {

    /** Reads and checks the section. */
    public static ServiceSettings of(final Config config) {
        return new ServiceSettings(
                config.getBoolean("odonata.services.simple"),
                Checks.integer(config, "odonata.services.http-port", 0, 65_535),
                config.getString("odonata.services.http-root"));
    }
}
