package odonata.actors.tcp;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A listening socket as every CPU of the machine sees it: the replica of its control block (R46, R54). Of one of another member each CPU has
 * a replica of its own, which knows its name and its options.
 *
 * <p>The address never changes. {@link #backlog}, {@link #options}, {@link #closed} and the number of connections that wait to be accepted are read by all
 * CPUs; the queue itself is the owner's, who is told of each connection by a message, so it needs no token (trap 19).
 */
final class TcpListener {
    /** Most connections that wait ({@code kern.ipc.somaxconn}). */
    static final int SOMAXCONN = 128;

    final ListenId id;
    private final Optional<TcpSocket> so;

    /** CPU of who accepts. */
    final int caller;

    /** Connections whose handshake is over, by the owner; none once it is closed. */
    final ArrayDeque<TcpSocket> queue = new ArrayDeque<>();

    /** Set once, by the owner. */
    volatile boolean closed;

    volatile SockOptions options;
    private volatile int backlog;
    private final AtomicInteger waiting = new AtomicInteger();

    /** Of this member; {@code made} is its number at its owner, {@code caller} the CPU where it was asked for. */
    TcpListener(final TcpSocket so, final long made, final int caller, final int backlog) {
        this.so = Optional.of(so);
        this.caller = caller;
        this.id = new ListenId(so.soPort().cpu(), made, so.laddr, so.lport);
        this.options = so.options.copy();
        backlog(backlog);
    }

    /** Of another member. */
    TcpListener(final ListenId id, final SockOptions options) {
        this.so = Optional.empty();
        this.caller = id.home();
        this.id = id;
        this.options = options;
        backlog(SOMAXCONN);
    }

    /** True when it is one of this member. */
    boolean isHere() {
        return so.isPresent();
    }

    /** The listening socket, which must be here. */
    TcpSocket so() {
        return so.orElseThrow();
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

    /** One more waits; false when there is no room for it. At another member that is counted there. */
    boolean enqueue() {
        if (isHere() && waiting.incrementAndGet() > limit() + 1) {
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
        return id.toString();
    }
}
