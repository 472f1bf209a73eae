package odonata.actors.socket;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** The descriptors of one process, or of another caller. Owner: the carrier of its CPU. */
public final class SockFiles {
    private static final int LEAST = 8;

    private SockFile[] byFd = new SockFile[LEAST];
    private final BitSet used = new BitSet();
    /** No descriptor below is free. */
    private int lowest;

    private int size;
    private boolean closed;

    /** Descriptors in use. */
    public int size() {
        return size;
    }

    /** True when it can hold no more, or its owner is gone. */
    public boolean isFull() {
        return closed || size >= SockCall.MOST_OPEN;
    }

    /** Gives a socket the lowest descriptor that is free; there must be one. */
    public int add(final SockFile file) {
        final int fd = used.nextClearBit(lowest);
        if (fd >= byFd.length) {
            byFd = Arrays.copyOf(byFd, 2 * byFd.length);
        }
        byFd[fd] = file;
        used.set(fd);
        lowest = fd + 1;
        size++;
        return fd;
    }

    /** What a descriptor names. */
    public Optional<SockFile> get(final int fd) {
        return fd < 0 || fd >= byFd.length ? Optional.empty() : Optional.ofNullable(byFd[fd]);
    }

    /** What a descriptor named, which it does no more. */
    public Optional<SockFile> remove(final int fd) {
        final Optional<SockFile> file = get(fd);
        if (file.isPresent()) {
            byFd[fd] = null;
            used.clear(fd);
            lowest = Math.min(lowest, fd);
            size--;
        }
        return file;
    }

    /** All of them, which are its no more; it takes no others. */
    public List<SockFile> removeAll() {
        final List<SockFile> all = new ArrayList<>(size);
        for (int fd = used.nextSetBit(0); fd >= 0; fd = used.nextSetBit(fd + 1)) {
            all.add(byFd[fd]);
        }
        byFd = new SockFile[LEAST];
        used.clear();
        lowest = 0;
        size = 0;
        closed = true;
        return all;
    }
}
