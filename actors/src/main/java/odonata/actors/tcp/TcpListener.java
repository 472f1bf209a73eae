package odonata.actors.tcp;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A listening socket as every CPU of the machine sees it: the replica of its control block (R46, R54).
 *
 * <p>The address never changes. {@link #backlog}, {@link #options}, {@link #closed} and the number of connections that wait to be accepted are read by all
 * CPUs; the queue itself is the owner's, who is told of each connection by a message, so it needs no token (trap 19).
 */
final class TcpListener {
    /** Most connections that wait ({@code kern.ipc.somaxconn}). */
    static final int SOMAXCONN = 128;

    final TcpSocket so;
    final long id;
    final int laddr;
    final int lport;

    /** Connections whose handshake is over, by the owner; none once it is closed. */
    final ArrayDeque<TcpSocket> queue = new ArrayDeque<>();

    /** Set once, by the owner. */
    volatile boolean closed;

    volatile SockOptions options;
    private volatile int backlog;
    private final AtomicInteger waiting = new AtomicInteger();

    TcpListener(final TcpSocket so, final long id, final int backlog) {
        this.so = so;
        this.id = id;
        this.laddr = so.laddr;
        this.lport = so.lport;
        this.options = so.options.copy();
        backlog(backlog);
    }

    /** Out of range it is SOMAXCONN. */
    void backlog(final int connections) {
        backlog = connections < 0 || connections > SOMAXCONN ? SOMAXCONN : connections;
    }

    /** Connections that wait to be accepted, on all CPUs; any thread. */
    int waiting() {
        return waiting.get();
    }

    /** Connections that may wait: half as many again as were asked for ({@code so_qlimit}). */
    int limit() {
        return backlog + backlog / 2;
    }

    /** True when no more handshakes should begin. */
    boolean isFull() {
        return waiting.get() > limit();
    }

    /** One more waits; false when there is no room for it. */
    boolean enqueue() {
        if (waiting.incrementAndGet() > limit() + 1) {
            waiting.decrementAndGet();
            return false;
        }
        return true;
    }

    /** One less waits. */
    void dequeue() {
        waiting.decrementAndGet();
    }

    @Override
    public String toString() {
        return "listener " + id + " of port " + lport;
    }
}
