package odonata.node.testport;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import odonata.actors.socket.SockEntry;
import odonata.protocol.errno.NetError;
import odonata.protocol.wire.Mbuf;

/**
 * Serves a {@link TestHost} to callers on a Unix socket, and decides when time runs.
 *
 * <p>Time runs only while somebody waits: for the time ({@code sleep}) or for a packet ({@code take}), or when all callers wait for the
 * end of a call. It stands still from the answer to a call that had waited until that caller's next request, so what the caller does next
 * it does at the time at which its call ended; but not longer than {@link #THINKING} of the wall clock, as a caller may have nothing to ask.
 *
 * <p>One thread, {@link #serve}'s, does all. Before time runs it looks whether somebody has asked something: what one caller asks before another
 * asks for time is done before time runs.
 */
public final class TestPort implements AutoCloseable {
    /** How long, in nanoseconds, time waits for a caller whose call has ended. */
    static final long THINKING = TimeUnit.MILLISECONDS.toNanos(50);

    private static final String ADDRESS = "192.168.0.1/16";
    private static final long TAKE_LIMIT_US = TimeUnit.SECONDS.toMicros(120);
    private static final long MOST_LIMIT_MS = TimeUnit.DAYS.toMillis(365);
    private static final int LONGEST_PACKET = 65_535;
    private static final long LONGEST_SLEEP_US = TimeUnit.DAYS.toMicros(3_650);

    private final ServerSocketChannel server;
    private final Path path;
    private final int cpus;
    private final BiConsumer<Long, Mbuf> tap;
    private final Selector selector;
    private final List<Caller> callers = new ArrayList<>();
    private volatile boolean closed;
    private String address = ADDRESS;
    private long takeLimitUs = TAKE_LIMIT_US;
    private TestHost host;
    private Calls calls;
    private Tunables tunables;

    private TestPort(
            final ServerSocketChannel server, final Path path, final int cpus, final BiConsumer<Long, Mbuf> tap)
            throws IOException {
        this.server = server;
        selector = Selector.open();
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        this.path = path;
        this.cpus = cpus;
        this.tap = tap;
        fresh();
    }

    /** Listens at {@code path}, which must not be there; hosts have so many CPUs. {@code tap} is shown all packets, with their time. */
    public static TestPort open(final Path path, final int cpus, final BiConsumer<Long, Mbuf> tap) throws IOException {
        final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            return new TestPort(server, path, cpus, tap);
        } catch (final IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Serves until {@link #close}. */
    public void serve() throws IOException {
        try {
            while (!closed) {
                if (selector.selectNow() > 0) {
                    handle();
                } else if (closed) {
                    break; // the look may have used up the wake-up of close
                } else if (!mayRun()) {
                    selector.select();
                    handle();
                } else {
                    holdOrAdvance();
                }
            }
        } finally {
            callers.forEach(Caller::close);
            selector.close();
            server.close();
            host.close();
        }
    }

    private void handle() throws IOException {
        for (final SelectionKey key : Set.copyOf(selector.selectedKeys())) {
            selector.selectedKeys().remove(key);
            if (key.attachment() instanceof Caller caller) {
                if (key.isValid()) {
                    hear(caller);
                }
            } else {
                accept();
            }
        }
    }

    private void accept() throws IOException {
        final SocketChannel channel = server.accept();
        if (channel != null) {
            channel.configureBlocking(false);
            final SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            final Caller caller = new Caller(channel, key);
            key.attach(caller);
            callers.add(caller);
        }
    }

    private void hear(final Caller caller) {
        try {
            caller.read().ifPresent(request -> begin(caller, request));
        } catch (final IOException e) {
            gone(caller);
        }
    }

    /** Asked once how long: a select of 0 would never end. */
    private void holdOrAdvance() throws IOException {
        final long ms = heldForMs();
        if (ms > 0) {
            selector.select(ms);
            handle();
        } else {
            advance();
        }
    }

    private boolean mayRun() {
        final boolean driven =
                callers.stream().anyMatch(c -> c.waits == Caller.Waits.TIME || c.waits == Caller.Waits.PACKET);
        final boolean allWait = !callers.isEmpty() && callers.stream().allMatch(c -> c.waits != Caller.Waits.NOT);
        return driven || (allWait && host.nextUs() != Long.MAX_VALUE);
    }

    private long heldForMs() {
        final long nowNs = System.nanoTime();
        final long ns = callers.stream()
                .filter(c -> c.waits == Caller.Waits.NOT)
                .mapToLong(c -> c.heldUntilNs - nowNs)
                .max()
                .orElse(0);
        return ns <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(ns) + 1;
    }

    /** To the next event of the host, or to the time for which somebody waits; not before all have what is there. */
    private void advance() {
        if (giveOut()) {
            return;
        }
        long toUs = host.nextUs();
        for (final Caller caller : callers) {
            if (caller.waits == Caller.Waits.TIME || caller.waits == Caller.Waits.PACKET) {
                toUs = Math.min(toUs, caller.untilUs);
            }
        }
        host.runTo(Math.max(toUs, host.nowUs()));
        for (final Caller caller : List.copyOf(callers)) {
            if (caller.waits == Caller.Waits.PACKET) {
                take(caller);
            }
            if (caller.waits == Caller.Waits.TIME && caller.untilUs <= host.nowUs()) {
                ended(caller, Answer.of(0), host.nowUs());
            } else if (caller.waits == Caller.Waits.PACKET && caller.untilUs <= host.nowUs()) {
                ended(caller, Answer.failed(NetError.ETIMEDOUT), host.nowUs());
            }
        }
    }

    /** To each who waits for a packet one that a call or a packet of another caller has caused meanwhile; true when somebody has one. */
    private boolean giveOut() {
        final List<Caller> waiting = callers.stream()
                .filter(caller -> caller.waits == Caller.Waits.PACKET)
                .toList();
        waiting.forEach(this::take);
        return waiting.stream().anyMatch(caller -> caller.waits != Caller.Waits.PACKET);
    }

    private void take(final Caller caller) {
        host.take().ifPresent(sent -> ended(caller, Answer.of(sent.packet().length, sent.packet()), sent.timeUs()));
    }

    /** A call that had waited is over: the caller's next word counts from now. */
    private static void ended(final Caller caller, final Answer answer, final long timeUs) {
        caller.heldUntilNs = System.nanoTime() + THINKING;
        caller.answer(answer, timeUs);
    }

    private void gone(final Caller caller) {
        callers.remove(caller);
        caller.waits = Caller.Waits.NOT;
        caller.pending.abort();
        caller.close();
    }

    private void begin(final Caller caller, final Request request) {
        try {
            switch (request.op()) {
                case Op.INJECT -> inject(caller, request);
                case Op.TAKE -> {
                    caller.waits = Caller.Waits.PACKET;
                    caller.untilUs = host.nowUs() + takeLimitUs;
                    take(caller);
                }
                case Op.SLEEP -> {
                    if (request.a0() < 0 || request.a0() > LONGEST_SLEEP_US) {
                        throw new CallFailed(NetError.EINVAL);
                    }
                    caller.waits = Caller.Waits.TIME;
                    caller.untilUs = host.nowUs() + request.a0();
                }
                case Op.TIME -> {
                    host.runTo(host.nowUs() + 1);
                    caller.answer(Answer.of(0), host.nowUs());
                }
                case Op.RESET -> reset(caller);
                case Op.SET -> set(caller, request);
                default -> call(caller, request);
            }
        } catch (final CallFailed e) {
            caller.answer(Answer.failed(e.error()), host.nowUs());
        }
    }

    private void call(final Caller caller, final Request request) throws CallFailed {
        final long number = caller.answered;
        final SockEntry.Pending pending = calls.make(request, answer -> {
            if (caller.answered != number) {
                return; // the host that it was made at is gone
            }
            if (caller.waits == Caller.Waits.CALL) {
                ended(caller, answer, host.nowUs());
            } else {
                caller.answer(answer, host.nowUs());
            }
        });
        if (caller.answered == number) {
            caller.waits = Caller.Waits.CALL;
            caller.pending = pending;
        }
    }

    private void inject(final Caller caller, final Request request) throws CallFailed {
        final byte[] packet = new byte[request.payload().remaining()];
        request.payload().get(packet);
        if (packet.length == 0 || packet.length > LONGEST_PACKET) {
            throw new CallFailed(NetError.EINVAL);
        }
        host.inject(packet);
        caller.answer(Answer.of(packet.length), host.nowUs());
    }

    private void set(final Caller caller, final Request request) {
        final NetError error =
                tunables.set(StandardCharsets.UTF_8.decode(request.payload()).toString());
        caller.answer(error == NetError.OK ? Answer.of(0) : Answer.failed(error), host.nowUs());
    }

    private void reset(final Caller caller) {
        address = ADDRESS;
        takeLimitUs = TAKE_LIMIT_US;
        replaceHost();
        caller.answer(Answer.of(0), host.nowUs());
    }

    /** A new host; what waits at the old one ends. */
    private void replaceHost() {
        for (final Caller other : List.copyOf(callers)) {
            if (other.waits != Caller.Waits.NOT) {
                other.answer(Answer.failed(NetError.EINTR), host.nowUs());
            }
        }
        host.close();
        fresh();
    }

    private void fresh() {
        host = new TestHost(cpus, address, tap);
        calls = new Calls(host);
        tunables = new Tunables(host.tcp(), host.knobs());
        tunables.add("testport.take_limit", 0, MOST_LIMIT_MS, ms -> takeLimitUs = TimeUnit.MILLISECONDS.toMicros(ms));
        tunables.add("if.mtu", 68, 65_535, bytes -> host.mtu((int) bytes));
        tunables.add("net.inet.tcp.hostcache.purgenow", 0, 1, now -> host.purgeHostCache());
        tunables.addText("if.address", text -> {
            new TestAddress(text);
            address = text;
            replaceHost();
        });
    }

    /** Ends {@link #serve}, and removes the socket's file; any thread. */
    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        Files.deleteIfExists(path);
    }
}
