package odonata.node.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Ends processes of a cluster and removes what they leave in shared memory. */
public final class Stop {
    private static final String PREFIX = "odonata-";
    private static final Duration AFTER_KILL = Duration.ofSeconds(30);

    private Stop() {}

    /**
     * Ends all members at once, without handing anything over, then removes the folder.
     *
     * @param patience how long they may take before they are killed
     * @return how many processes ran
     */
    public static int cluster(final ClusterFolder folder, final Path sharedMemory, final Duration patience) {
        final List<MemberRecord> members = folder.members();
        final List<ProcessHandle> running =
                members.stream().flatMap(m -> m.process().stream()).toList();
        if (!running.isEmpty()) {
            ClusterFolder.write(folder.stopping(), "");
        }
        processes(running, patience);
        members.forEach(member -> sweep(sharedMemory, member.pid()));
        folder.delete();
        return running.size();
    }

    /** SIGTERM to all, SIGKILL to those that are still there after {@code patience}; returns when all are gone. */
    public static void processes(final Collection<ProcessHandle> running, final Duration patience) {
        running.forEach(ProcessHandle::destroy);
        if (!gone(running, patience)) {
            running.forEach(ProcessHandle::destroyForcibly);
            if (!gone(running, AFTER_KILL)) {
                throw new CommandFailure(
                        1,
                        "processes do not end: "
                                + running.stream()
                                        .filter(ProcessHandle::isAlive)
                                        .map(ProcessHandle::pid)
                                        .toList());
            }
        }
    }

    /** Waits until all have ended; false when that takes longer. */
    public static boolean gone(final Collection<ProcessHandle> running, final Duration patience) {
        try {
            CompletableFuture.allOf(running.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return running.stream().noneMatch(ProcessHandle::isAlive); // the news of an end may be late
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Removes the media driver's folder of a process that is gone. */
    public static void sweep(final Path sharedMemory, final long pid) {
        final String suffix = "-" + pid;
        try (Stream<Path> folders = Files.list(sharedMemory)) {
            folders.filter(f -> {
                        final String name = f.getFileName().toString();
                        return name.startsWith(PREFIX) && name.endsWith(suffix);
                    })
                    .forEach(Trees::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + sharedMemory, e);
        }
    }
}
