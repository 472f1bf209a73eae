package odonata.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Ready-made configurations that ship with the program; {@code profiles/NAME.conf} on the class path. */
public final class Profiles {
    /** Names of all profiles, in the order in which help lists them. */
    public static final List<String> NAMES = List.of("default", "small", "wide", "patient");

    private Profiles() {}

    /**
     * The profile of that name, or the file at that path.
     *
     * @param nameOrFile one of {@link #NAMES}, or a path; a path has a slash or ends in {@code .conf}
     */
    public static Config load(final String nameOrFile) {
        if (NAMES.contains(nameOrFile)) {
            return ConfigFactory.parseResources(
                    Profiles.class.getClassLoader(),
                    "profiles/" + nameOrFile + ".conf",
                    ConfigParseOptions.defaults().setAllowMissing(false));
        }
        final Path file = Path.of(nameOrFile);
        if (!nameOrFile.contains("/") && !nameOrFile.endsWith(".conf")) {
            throw new ConfigException("no profile " + nameOrFile + "; there are " + String.join(", ", NAMES)
                    + ", or give the path of a .conf file" + Nearest.hint(nameOrFile, NAMES));
        }
        if (!Files.isReadable(file)) {
            throw new ConfigException("cannot read the configuration file " + file);
        }
        return ConfigFactory.parseFile(file.toFile());
    }
}
