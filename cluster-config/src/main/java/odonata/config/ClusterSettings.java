package odonata.config;

import com.typesafe.config.Config;

/**
 * Section {@code odonata.cluster}.
 *
 * @param name names the cluster's folder
 * @param members member JVMs that {@code up} and {@code demo} start
 * @param cpus emulated CPUs of each
 */
public record ClusterSettings(String name, int members, int cpus) {
    /** What a cluster may be called. */
    public static final String NAME = "[A-Za-z0-9_-]{1,32}";

    /** What {@link #NAME} allows, in words. */
    public static final String NAME_ALLOWED = "letters, digits, '-', '_'; 1..32 characters";

    /** Most members that one command starts. */
    public static final int MAX_MEMBERS = 32;

    /** Most CPUs of one member. */
    public static final int MAX_CPUS = 64;

    /** Reads and checks the section. */
    public static ClusterSettings of(final Config config) {
        return new ClusterSettings(
                Checks.text(config, "odonata.cluster.name", NAME, NAME_ALLOWED),
                Checks.integer(config, "odonata.cluster.members", 1, MAX_MEMBERS),
                Checks.integer(config, "odonata.cluster.cpus", 1, MAX_CPUS));
    }
}
