package odonata.config;

import com.typesafe.config.Config;

/**
 * Section {@code odonata.services}: what each member serves at the cluster's address, a process on each CPU.
 *
 * @param simple echo, discard and chargen over TCP
 * @param httpPort port of the web server; 0: there is none
 * @param httpRoot folder whose files the web server has, or empty
 * @param kvPort port of the key-value server; 0: there is none
 * @param kvMaxMemory memory of the keys of one CPU, bytes; 0: no limit
 * @param kvMaxValue longest value, bytes
 * @param oneAcceptor a single process of each member accepts, instead of one on each CPU
 */
public record ServiceSettings(
        boolean simple,
        int httpPort,
        String httpRoot,
        int kvPort,
        long kvMaxMemory,
        int kvMaxValue,
        boolean oneAcceptor) {

    /** Reads and checks the section. */
    public static ServiceSettings of(final Config config) {
        return new ServiceSettings(
                config.getBoolean("odonata.services.simple"),
                Checks.integer(config, "odonata.services.http-port", 0, 65_535),
                config.getString("odonata.services.http-root"),
                Checks.integer(config, "odonata.services.kv-port", 0, 65_535),
                Checks.bytes(config, "odonata.services.kv-max-memory", 0, 1L << 40),
                (int) Checks.bytes(config, "odonata.services.kv-max-value", 1 << 10, 8 << 20),
                Checks.text(config, "odonata.services.acceptors", "per-cpu|one", "per-cpu, one")
                        .equals("one"));
    }
}
