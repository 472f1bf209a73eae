package odonata.node.cli;

import com.typesafe.config.Config;
import java.nio.file.Path;

/** Where the media drivers keep their buffers. */
final class SharedFolder {
    private SharedFolder() {}

    static Path of(final Config config) {
        return Path.of(config.getString("odonata.driver.folder"));
    }
}
