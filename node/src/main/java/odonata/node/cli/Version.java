package odonata.node.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** Version of this program, from the manifest of its jar. */
final class Version implements IVersionProvider {

    static String line() {
        return "odonata "
                + Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                        .orElse("development") + " on Java " + Runtime.version();
    }

    @Override
    public String[] getVersion() {
        return new String[] {line()};
    }
}
