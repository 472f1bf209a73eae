package odonata.ssi.uplink;

import io.aeron.Aeron;
import io.aeron.ConcurrentPublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How frames travel between this member and another: over UDP, or, when both are on one machine, through shared memory.
 *
 * <p>Each says with its HELLO in which folder its media driver is. Who finds a driver there becomes its client and puts its frames into a stream
 * of that driver, which the other member reads: they pass no socket and no thread of a driver. Nothing but HELLOs leaves before that
 * is decided ({@link #isSettled}), and nobody asks for credit, so all other frames go one way and stay in order. Whether the other member lives is seen by UDP alone.
 *
 * <p>Threads: the receiving agent; what {@link FrameSink} has, any.
 */
final class Way implements FrameSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Way.class);
    private static final String CHANNEL = "aeron:ipc";

    /** After so long without a stream it is UDP, for good: more than a starved machine takes that starts members, less than a join waits. */
    private static final long OPEN_NS = TimeUnit.SECONDS.toNanos(10);

    /** Both ends of the shared memory: what comes through it, and who sends. */
    record Near(String ownFolder, Subscription in, int sender) {}

    private final FrameSink far;
    private final String host;
    private final Optional<Near> near;
    private volatile FrameSink chosen;
    private volatile boolean closed;
    private Optional<String> folder = Optional.empty();
    private CompletableFuture<Optional<Aeron>> connecting;
    private Optional<Aeron> client = Optional.empty();
    private long registration;
    private long beganNs;
    private boolean settled;

    private Way(final FrameSink far, final String host, final Optional<Near> near) {
        this.far = far;
        this.host = host;
        this.near = near;
        this.chosen = far;
        this.settled = near.isEmpty();
    }

    /** UDP, whatever the other member can do. */
    static Way far(final FrameSink far) {
        return new Way(far, "", Optional.empty());
    }

    /**
     * Shared memory, if the other member turns out to be on this machine.
     *
     * @param far over UDP
     * @param host of the other member
     * @param driver of this one
     * @param from this member
     * @param to the other one
     */
    static Way nearest(final FrameSink far, final String host, final Driver driver, final int from, final int to) {
        final Subscription in = driver.aeron().addSubscription(CHANNEL, streamOf(to));
        return new Way(far, host, Optional.of(new Near(driver.folderToTell(), in, from)));
    }

    /** What a member sends has a stream of its own at each driver; those of load generators are positive. */
    private static int streamOf(final int member) {
        return -1 - member;
    }

    /** Folder of this member's media driver, which the other one may use; empty: it may not. */
    String ownFolder() {
        return near.map(Near::ownFolder).orElse("");
    }

    /** True once it is decided how frames travel; then it stays so. */
    boolean isSettled() {
        return settled;
    }

    /** The other member has said where its media driver is, or, empty, that it is not to be used. */
    void greeted(final String itsFolder) {
        if (folder.isEmpty()) {
            folder = Optional.of(itsFolder);
        }
    }

    /** What has to be done some times a second. */
    void tend(final long nowNs) {
        client.ifPresent(aeron -> aeron.conductorAgentInvoker().invoke());
        if (settled || folder.isEmpty()) {
            return;
        }
        try {
            open(folder.get(), nowNs);
            if (!settled && nowNs - beganNs > OPEN_NS) {
                remain("not open in time");
            }
        } catch (final RuntimeException e) {
            remain(e.toString());
        }
    }

    private void open(final String there, final long nowNs) {
        if (connecting == null) {
            beganNs = nowNs;
            connecting = CompletableFuture.supplyAsync(() -> Driver.ofNeighbour(host, there), Way::onItsOwn);
        } else if (client.isPresent()) {
            final ConcurrentPublication publication = client.get().getPublication(registration);
            if (publication != null && publication.isConnected()) {
                chosen = FrameSink.of(publication);
                settled = true;
                LOG.info("shared memory from={} to={}", sender(), there);
            }
        } else if (connecting.isDone()) {
            client = connecting.getNow(Optional.empty());
            client.ifPresent(aeron -> registration = aeron.asyncAddPublication(CHANNEL, streamOf(sender())));
            settled = client.isEmpty();
        }
    }

    /** It takes some milliseconds; and minutes, when the driver ends right now. */
    private static void onItsOwn(final Runnable task) {
        final Thread thread = new Thread(task, "uplink-neighbour");
        thread.setDaemon(true);
        thread.start();
    }

    private int sender() {
        return near.orElseThrow().sender();
    }

    private void remain(final String why) {
        LOG.info("no shared memory from={} to={}, by UDP then: {}", sender(), folder.get(), why);
        client = Optional.empty();
        disconnect();
        settled = true;
    }

    /** At once, or when the connection that is being made is there. */
    private void disconnect() {
        if (connecting != null) {
            final var unused = connecting.thenAccept(made -> made.ifPresent(Aeron::close));
        }
    }

    /** Takes what came through shared memory; returns how many frames that were. */
    int poll(final FragmentHandler handler, final int limit) {
        return near.isPresent() ? near.get().in().poll(handler, limit) : 0;
    }

    /** True when frames leave through shared memory. */
    boolean isNear() {
        return chosen != far;
    }

    @Override
    public boolean offer(final DirectBuffer buffer, final int length) {
        return chosen.offer(buffer, length);
    }

    @Override
    public boolean hasRoom() {
        return chosen.hasRoom();
    }

    /** By UDP; but without its client of the other driver, which gives up when it was not tended for long, nothing goes. */
    @Override
    public boolean connected() {
        return far.connected() && !closed && (client.isEmpty() || !client.get().isClosed());
    }

    @Override
    public void close() {
        closed = true;
        far.close();
        disconnect();
        near.ifPresent(ends -> ends.in().close());
    }
}
