package odonata.node.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where the clusters of this user keep their folders. */
public final class Home {
    private Home() {}

    /**
     * {@code ODONATA_HOME}; else {@code odonata} in {@code XDG_STATE_HOME}; else {@code .odonata} in {@code HOME}; without
     * a home that can be written, a folder of this user in the temporary directory.
     */
    public static Path find(final Map<String, String> environment) {
        final String own = environment.getOrDefault("ODONATA_HOME", "");
        if (!own.isEmpty()) {
            return Path.of(own).toAbsolutePath();
        }
        final String state = environment.getOrDefault("XDG_STATE_HOME", "");
        if (writable(state)) {
            return Path.of(state, "odonata");
        }
        final String home = environment.getOrDefault("HOME", "");
        if (writable(home)) {
            return Path.of(home, ".odonata");
        }
        return Path.of(System.getProperty("java.io.tmpdir"), "odonata-" + System.getProperty("user.name"));
    }

    private static boolean writable(final String folder) {
        return folder.startsWith("/") && Files.isDirectory(Path.of(folder)) && Files.isWritable(Path.of(folder));
    }
}
