package odonata.node.cli;

import odonata.config.ClusterSettings;
import odonata.config.ConfigException;
import picocli.CommandLine.Option;

/** Which cluster. */
final class ClusterOption {
    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "Name of the cluster (default: ${DEFAULT-VALUE}).")
    private String name;

    String name() {
        if (!name.matches(ClusterSettings.NAME)) {
            throw new ConfigException("--name", name, ClusterSettings.NAME_ALLOWED);
        }
        return name;
    }
}
