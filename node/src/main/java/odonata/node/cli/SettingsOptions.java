package odonata.node.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import odonata.config.Layers;
import odonata.config.Profiles;
import picocli.CommandLine.Option;

/** Profile, file and single keys. */
final class SettingsOptions {
    @Option(
            names = "--profile",
            paramLabel = "NAME|FILE",
            defaultValue = "default",
            description =
                    "Configuration: a profile (default, small, wide, patient) or a .conf file (default: ${DEFAULT-VALUE}).")
    private String profile;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set one configuration key, for instance --set lwkt.ipiq.capacity=64; may be repeated."
                    + " All keys: odonata config show.")
    private Map<String, String> set = new LinkedHashMap<>();

    /** As {@link #layers}, from a file that already holds all other layers. */
    Layers layersOf(final String file, final Map<String, String> flags) {
        profile = file;
        return layers(flags, Map.of());
    }

    /** The layers with {@code flags}, which the command's own options set; null values are left out. */
    Layers layers(final Map<String, String> flags, final Map<String, String> environment) {
        final Map<String, String> all = new LinkedHashMap<>(set);
        flags.forEach((key, value) -> {
            if (value != null) {
                all.put(key, value);
            }
        });
        return Layers.of(all, environment, Profiles.load(profile));
    }
}
