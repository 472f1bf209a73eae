package odonata.node.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import odonata.node.snapshot.Json;

/**
 * The folder of one cluster: configuration as used, admin token, a record for each member, logs.
 *
 * <pre>
 * clusters/NAME/cluster.json   see {@link Info}
 *               config.conf    what differs from the defaults
 *               token          admin token, mode 600
 *               members/1.json see {@link MemberRecord}
 *               logs/1.log     what member 1 wrote
 *               stopping       there while the whole cluster is being stopped
 * </pre>
 */
public final class ClusterFolder {
    /** Name of the marker that tells members not to hand anything over, because all of them stop. */
    public static final String STOPPING = "stopping";

    private static final String CLUSTERS = "clusters";

    private final Path root;
    private final String name;

    private ClusterFolder(final Path root, final String name) {
        this.root = root;
        this.name = name;
    }

    /**
     * What {@code cluster.json} holds.
     *
     * @param name name of the cluster
     * @param members members that were asked for
     * @param cpus CPUs of each
     * @param seed address of the control plane of the first member
     * @param startedMs when it was started, milliseconds since 1970
     */
    public record Info(String name, int members, int cpus, String seed, long startedMs) {}

    /** The folder of a cluster, whether it exists or not. */
    public static ClusterFolder of(final Path home, final String name) {
        return new ClusterFolder(home.resolve(CLUSTERS).resolve(name), name);
    }

    /** All clusters that have a folder, by name. */
    public static List<ClusterFolder> all(final Path home) {
        final Path clusters = home.resolve(CLUSTERS);
        if (!Files.isDirectory(clusters)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(clusters)) {
            return folders.filter(Files::isDirectory)
                    .sorted()
                    .map(p -> new ClusterFolder(p, p.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the folder for this user only; false when it is there already. */
    public boolean create() {
        try {
            Files.createDirectories(root.getParent());
            Files.createDirectory(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.createDirectories(root.resolve("members"));
            Files.createDirectories(root.resolve("logs"));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new CommandFailure(1, "cannot make " + root + ": " + e.getMessage(), e);
        }
    }

    /** Removes it with all it holds; nothing happens when it is not there. */
    public void delete() {
        Trees.delete(root);
    }

    /** Name of the cluster. */
    public String name() {
        return name;
    }

    /** Path of the folder. */
    public Path root() {
        return root;
    }

    /** Path of the configuration as used. */
    public Path config() {
        return root.resolve("config.conf");
    }

    /** Path of the admin token. */
    public Path token() {
        return root.resolve("token");
    }

    /** Path of a member's record. */
    public Path member(final int slot) {
        return root.resolve("members").resolve(slot + ".json");
    }

    /** Path of a member's log. */
    public Path log(final int slot) {
        return root.resolve("logs").resolve(slot + ".log");
    }

    /** Path of the marker that tells members not to hand anything over, because all of them stop. */
    public Path stopping() {
        return root.resolve(STOPPING);
    }

    /** Writes {@code cluster.json}. */
    public void info(final Info info) {
        write(root.resolve("cluster.json"), Json.pretty(info));
    }

    /** Reads {@code cluster.json}; empty while there is none. */
    public Optional<Info> info() {
        return read(root.resolve("cluster.json"), Info.class);
    }

    /** All records, by slot. */
    public List<MemberRecord> members() {
        final List<MemberRecord> all = new ArrayList<>();
        final Path folder = root.resolve("members");
        if (!Files.isDirectory(folder)) {
            return all;
        }
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(f -> f.toString().endsWith(".json"))
                    .forEach(f -> read(f, MemberRecord.class).ifPresent(all::add));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        all.sort(Comparator.comparingInt(MemberRecord::slot));
        return all;
    }

    /** Records of members whose process runs. */
    public List<MemberRecord> running() {
        return members().stream().filter(m -> m.process().isPresent()).toList();
    }

    /** Writes a record, whole or not at all. */
    public static void record(final Path file, final MemberRecord member) {
        write(file, Json.pretty(member));
    }

    /** Writes a file, whole or not at all. */
    public static void write(final Path file, final String text) {
        try {
            final Path temporary = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Writes a file that only this user can read. */
    public static void writeSecret(final Path file, final String text) {
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static <T> Optional<T> read(final Path file, final Class<T> type) {
        try {
            return Optional.of(Json.read(Files.readString(file).getBytes(StandardCharsets.UTF_8), type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
