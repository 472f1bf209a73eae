package odonata.actors.socket;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The descriptors of one process, or of another caller. Owner: the carrier of its CPU. */
public final class SockFiles {
    private final TreeMap<Integer, SockFile> byFd = new TreeMap<>();

    /** Descriptors in use. */
    public int size() {
        return byFd.size();
    }

    boolean isFull() {
        return byFd.size() >= SockCall.MOST_OPEN;
    }

    /** Gives a socket the lowest descriptor that is free; there must be one. */
    int add(final SockFile file) {
        int fd = 0;
        for (final int used : byFd.keySet()) {
            if (used != fd) {
                break;
            }
            fd++;
        }
        byFd.put(fd, file);
        return fd;
    }

    Optional<SockFile> get(final int fd) {
        return Optional.ofNullable(byFd.get(fd));
    }

    Optional<SockFile> remove(final int fd) {
        return Optional.ofNullable(byFd.remove(fd));
    }

    /** All of them, which are its no more. */
    List<SockFile> removeAll() {
        final List<SockFile> all = List.copyOf(byFd.values());
        byFd.clear();
        return all;
    }
}
