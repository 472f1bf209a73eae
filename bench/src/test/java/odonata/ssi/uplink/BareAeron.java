package odonata.ssi.uplink;

import io.aeron.Aeron;
import io.aeron.ConcurrentPublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Aeron without anything of ours on it: the same media drivers with the same settings, one publication each way, by UDP on loopback or in memory, each
 * message an offer of its own. Who polls waits as our receiving agents do while an answer is due ({@link PacedIdle}).
 *
 * <p>Threads: the one that calls is the first end, the second end has its own.
 */
public final class BareAeron implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final String UDP = "aeron:udp?endpoint=" + HOST + ":";
    private static final String MEMORY = "aeron:ipc";
    private static final int STREAM = 1;
    private static final int FRAGMENTS = 64;
    private static final int OFFERS = 1_000;
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final UnsafeBuffer message;
    private final End first;
    private final End second;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean stopping;

    private boolean answered;
    private int count;
    private volatile int total;
    private volatile CompletableFuture<Void> done;

    private BareAeron(
            final DriverSettings settings, final int length, final boolean sharedMemory, final boolean echoes) {
        message = new UnsafeBuffer(new byte[length]);
        first = new End(settings, 1, sharedMemory);
        second = new End(settings, 2, sharedMemory);
        first.publishTo(second);
        second.publishTo(first);
        while (!first.isConnected() || !second.isConnected()) {
            first.tend();
            second.tend();
            Thread.onSpinWait();
        }
        final FragmentHandler handler =
                echoes ? (buffer, offset, bytes, header) -> offer(second) : (buffer, offset, bytes, header) -> count();
        final Thread peer = new Thread(() -> receive(handler), "bare-aeron");
        peer.setDaemon(true);
        peer.start();
    }

    /** For {@link #flood}. */
    public static BareAeron oneWay(final DriverSettings settings, final int length, final boolean sharedMemory) {
        return new BareAeron(settings, length, sharedMemory, false);
    }

    /** For {@link #roundTrip}. */
    public static BareAeron echo(final DriverSettings settings, final int length, final boolean sharedMemory) {
        return new BareAeron(settings, length, sharedMemory, true);
    }

    /** Sends that many messages, one at a time; completed when all have come. */
    public CompletableFuture<Void> flood(final int messages) {
        final CompletableFuture<Void> end = new CompletableFuture<>();
        done = end;
        total = messages;
        for (int i = 0; i < messages; i++) {
            offer(first);
            if (i % OFFERS == 0) {
                first.tick();
            }
        }
        return end;
    }

    /** One message there and back. */
    public void roundTrip() {
        answered = false;
        first.idle.reset();
        offer(first);
        while (!answered) {
            first.tick();
            first.idle.idle(first.in.poll((buffer, offset, bytes, header) -> answered = true, FRAGMENTS));
        }
    }

    @Override
    public void close() {
        stopping = true;
        ended.join();
        first.close();
        second.close();
    }

    private void receive(final FragmentHandler handler) {
        while (!stopping) {
            second.tick();
            second.idle.idle(second.in.poll(handler, FRAGMENTS));
        }
        ended.complete(null);
    }

    private void count() {
        if (++count == total) {
            count = 0;
            done.complete(null);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // what there is no room for the driver has to take away
    private void offer(final End from) {
        while (from.out.offer(message, 0, message.capacity()) < 0) {
            Thread.yield();
        }
    }

    private static final class End implements AutoCloseable {
        private final Driver driver;
        private final Subscription in;
        private final IdleStrategy idle;
        private final boolean near;
        private Aeron client;
        private ConcurrentPublication out;
        private long tickNs = System.nanoTime();

        End(final DriverSettings settings, final int number, final boolean sharedMemory) {
            driver = Driver.start(settings, "bare-" + number, 2);
            near = sharedMemory;
            in = driver.aeron().addSubscription(near ? MEMORY : UDP + "0", STREAM);
            idle = new PacedIdle(settings, PacedIdle.YIELDS, () -> true);
        }

        void publishTo(final End other) {
            if (near) {
                client = Driver.ofNeighbour(HOST, other.driver.folderToTell()).orElseThrow();
                out = client.addPublication(MEMORY, STREAM);
            } else {
                client = driver.aeron();
                out = client.addPublication(UDP + other.driver.portOf(other.in), STREAM);
            }
        }

        void tend() {
            driver.housekeeping().invoke();
            client.conductorAgentInvoker().invoke();
        }

        boolean isConnected() {
            return out.isConnected() && !in.hasNoImages();
        }

        void tick() {
            final long nowNs = System.nanoTime();
            if (nowNs - tickNs >= TICK_NS) {
                tickNs = nowNs;
                tend();
            }
        }

        @Override
        public void close() {
            out.close();
            in.close();
            client.close();
            driver.close();
        }
    }
}
