package odonata.actors.socket;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The descriptors of one process, or of another caller. Owner: the carrier of its CPU. */
public final class SockFiles {
    private final Map<Integer, SockFile> byFd = new HashMap<>();
    private final BitSet used = new BitSet();
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
        final int fd = used.nextClearBit(0);
        used.set(fd);
        byFd.put(fd, file);
        return fd;
    }

    /** What a descriptor names. */
    public Optional<SockFile> get(final int fd) {
        return Optional.ofNullable(byFd.get(fd));
    }

    /** What a descriptor named, which it does no more. */
    public Optional<SockFile> remove(final int fd) {
        final Optional<SockFile> removed = Optional.ofNullable(byFd.remove(fd));
        removed.ifPresent(file -> used.clear(fd));
        return removed;
    }

    /** All of them, which are its no more; it takes no others. */
    public List<SockFile> removeAll() {
        final List<SockFile> all = List.copyOf(byFd.values());
        byFd.clear();
        used.clear();
        closed = true;
        return all;
    }
}
