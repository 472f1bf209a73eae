package odonata.actors.socket;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The descriptors of one process, or of another caller. Owner: the carrier of its CPU. */
public final class SockFiles {
    private final TreeMap<Integer, SockFile> byFd = new TreeMap<>();
    private boolean closed;

    /** Descriptors in use. */
    public int size() {
        return byFd.size();
    }

    /** True when it can hold no more, or its owner is gone. */
    public boolean isFull() {
        return closed || byFd.size() >= SockCall.MOST_OPEN;
    }

    /** Gives a socket the lowest descriptor that is free; there must be one. */
    public int add(final SockFile file) {
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

    /** What a descriptor names. */
    public Optional<SockFile> get(final int fd) {
        return Optional.ofNullable(byFd.get(fd));
    }

    /** What a descriptor named, which it does no more. */
    public Optional<SockFile> remove(final int fd) {
        return Optional.ofNullable(byFd.remove(fd));
    }

    /** All of them, which are its no more; it takes no others. */
    public List<SockFile> removeAll() {
        final List<SockFile> all = List.copyOf(byFd.values());
        byFd.clear();
        closed = true;
        return all;
    }
}
