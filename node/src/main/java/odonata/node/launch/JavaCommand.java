package odonata.node.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Command lines of the JVMs that this program starts. They use the Java and the class path that this JVM has. */
public final class JavaCommand {
    /**
     * The new objects of a member under load fill the 20 MB, which are usual for its few old ones, a hundred times a second, and each time all of its
     * CPUs stand still for a millisecond.
     */
    private static final int MOST_YOUNG_MB = 64;

    /** What Aeron and Agrona need of the JDK. */
    private static final List<String> OPENS = List.of(
            "--add-opens",
            "java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens",
            "java.base/jdk.internal.misc=ALL-UNNAMED");

    private JavaCommand() {}

    /** A member JVM; the arguments of {@code odonata member} follow. */
    public static List<String> member(final int heapMb, final Map<String, String> environment) {
        return jvm("odonata.node.cli.Main", heapMb, environment);
    }

    /** Any JVM of this program. */
    public static List<String> jvm(final String mainClass, final int heapMb, final Map<String, String> environment) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPENS);
        command.addAll(List.of(
                "-Xshare:auto",
                // Maps the archive of classes where it was made for; elsewhere each of its pages is copied to be
                // patched.
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:ArchiveRelocationMode=0",
                "-Xlog:disable",
                "-Xlog:all=error:stderr",
                "-XX:-UsePerfData",
                "-XX:+UseSerialGC",
                "-Xss512k",
                "-Xms" + Math.min(heapMb, 2 * MOST_YOUNG_MB) + "m",
                "-XX:NewSize=" + Math.min(heapMb / 4, MOST_YOUNG_MB) + "m",
                "-Xmx" + heapMb + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.net.preferIPv4Stack=true"));
        archive().ifPresent(file -> command.add("-XX:SharedArchiveFile=" + file));
        final String root = System.getProperty("odonata.root", "");
        if (!root.isEmpty()) {
            command.add("-Dodonata.root=" + root);
        }
        final String more = environment.getOrDefault("ODONATA_JAVA_OPTS", "").strip();
        if (!more.isEmpty()) {
            command.addAll(List.of(more.split("\\s+", -1)));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        return command;
    }

    /** The archive of loaded classes that the build made, if it did. */
    private static java.util.Optional<Path> archive() {
        final String root = System.getProperty("odonata.root", "");
        final Path file = Path.of(root, "node", "target", "member.jsa");
        return root.isEmpty() || !Files.isReadable(file) ? java.util.Optional.empty() : java.util.Optional.of(file);
    }
}
