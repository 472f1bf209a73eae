package odonata.node.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import odonata.node.launch.CommandFailure;

/** A file that a command writes: whole, or not at all. */
final class OutFile {
    private OutFile() {}

    /** What fills the file. */
    @FunctionalInterface
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Refuses at once, as wrong use, a file that cannot be written after long work. */
    static void check(final Path file) {
        if (Files.isDirectory(file)) {
            throw new CommandFailure(CommandFailure.USAGE, "cannot write " + file + ": it is a folder");
        }
        final Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isWritable(parent)) {
            throw new CommandFailure(CommandFailure.USAGE, "cannot write " + file + ": no such folder, or not allowed");
        }
    }

    /** Replaces what is there when all has been written. */
    static void write(final Path file, final Body body) throws IOException {
        final Path half = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(half))) {
                body.writeTo(out);
            }
            Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(half);
        }
    }
}
