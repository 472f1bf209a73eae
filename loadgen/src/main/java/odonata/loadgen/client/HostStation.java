package odonata.loadgen.client;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import odonata.protocol.clock.Clock;

/** Lanes on threads of their own, with sockets of the host. */
public final class HostStation implements Station {
    private final InetSocketAddress server;
    private final int count;
    private final Clock clock;
    private final List<Driver> drivers = new ArrayList<>();

    /** {@code count} threads that dial {@code server}. */
    public HostStation(final InetSocketAddress server, final int count, final Clock clock) {
        this.server = server;
        this.count = count;
        this.clock = clock;
    }

    @Override
    public int lanes() {
        return count;
    }

    @Override
    public void begin(final LaneMaker maker) {
        for (int i = 0; i < count; i++) {
            final Driver driver = new Driver(maker, new Lane.Share(i, count));
            drivers.add(driver);
            driver.thread.start();
        }
    }

    @Override
    public void each(final Consumer<Lane> visit) {
        drivers.forEach(driver -> driver.visit(visit));
    }

    @Override
    public void close() {
        drivers.forEach(Driver::stop);
    }

    /** One thread. */
    private final class Driver {
        private final HostDialer dialer = new HostDialer(server);
        private final Queue<Runnable> errands = new ConcurrentLinkedQueue<>();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private final Thread thread;
        private volatile boolean stopping;
        private long tickNs;
        private Lane lane;

        Driver(final LaneMaker maker, final Lane.Share share) {
            thread = new Thread(() -> run(maker, share), "client-" + share.number());
            thread.setDaemon(true);
        }

        private void run(final LaneMaker maker, final Lane.Share share) {
            try (dialer) {
                lane = maker.make(share, dialer, clock, atNs -> tickNs = atNs);
                while (!stopping) {
                    for (Runnable errand = errands.poll(); errand != null; errand = errands.poll()) {
                        errand.run();
                    }
                    if (clock.nowNs() >= tickNs) {
                        lane.tick();
                    }
                    dialer.poll(tickNs - clock.nowNs());
                }
                ended.complete(null);
            } catch (final RuntimeException e) {
                ended.completeExceptionally(e);
            }
        }

        void visit(final Consumer<Lane> visit) {
            final CompletableFuture<Void> done = new CompletableFuture<>();
            errands.add(() -> {
                visit.accept(lane);
                done.complete(null);
            });
            dialer.wakeUp();
            CompletableFuture.anyOf(done, ended).join();
        }

        void stop() {
            stopping = true;
            dialer.wakeUp();
            ended.join();
        }
    }
}
