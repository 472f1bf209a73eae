package odonata.node.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import odonata.config.ConfigException;
import odonata.config.MemberSettings;

/** The cluster secret. */
final class Secrets {
    private Secrets() {}

    /** What the secret file holds, empty when none is configured. */
    static Optional<String> of(final MemberSettings member) {
        final String file = member.secretFile();
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(Path.of(file)).strip());
        } catch (IOException e) {
            throw new ConfigException(
                    "cannot read the cluster secret " + file + "; make one with: openssl rand -hex 32 > " + file);
        }
    }
}
