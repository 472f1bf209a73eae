package odonata.testkit.tun;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import odonata.actors.nic.TunNic;
import odonata.actors.nic.TunSettings;
import odonata.protocol.clock.Seed;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.wire.Mbuf;

/**
 * A cable between two TUN devices of this machine, in real time: what is sent by one comes out of the other, lost, doubled, changed,
 * delayed and reordered as said. Each device may be moved into a namespace of its own. A thread of its own carries the packets.
 */
public final class ImpairedLink implements AutoCloseable {
    private static final TunSettings ONE_BY_ONE = new TunSettings(false, 1);
    private static final int BATCH = 64;
    private static final long END_LIMIT_MS = 10_000;

    private final TunNic near;
    private final TunNic far;
    private final ImpairedQueue there;
    private final ImpairedQueue back;
    private final Thread pump = new Thread(this::pump, "impaired-link");
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean ended;

    private ImpairedLink(final TunNic near, final TunNic far, final Impairment impairment, final Seed seed) {
        this.near = near;
        this.far = far;
        there = new ImpairedQueue(impairment, seed.split(1));
        back = new ImpairedQueue(impairment, seed.split(2));
    }

    /**
     * Makes both devices and lays the cable.
     *
     * @param nearName name of the one device
     * @param farName name of the other
     */
    public static ImpairedLink open(
            final String nearName, final String farName, final Impairment impairment, final Seed seed)
            throws IOException {
        final TunNic near =
                TunNic.open(nearName, 1, Ipv4Prefix.ALL, ONE_BY_ONE, 1).get(0);
        try {
            final TunNic far =
                    TunNic.open(farName, 2, Ipv4Prefix.ALL, ONE_BY_ONE, 1).get(0);
            final ImpairedLink link = new ImpairedLink(near, far, impairment, seed);
            link.start();
            return link;
        } catch (final IOException e) {
            near.close();
            throw e;
        }
    }

    private void start() {
        pump.setDaemon(true);
        near.start(() -> LockSupport.unpark(pump));
        far.start(() -> LockSupport.unpark(pump));
        pump.start();
    }

    private void pump() {
        try {
            while (!ended) {
                final long nowNs = System.nanoTime();
                final int came = near.receive(mbuf -> there.offer(bytes(mbuf), nowNs), BATCH, nowNs)
                        + far.receive(mbuf -> back.offer(bytes(mbuf), nowNs), BATCH, nowNs);
                deliver(there, far, nowNs);
                deliver(back, near, nowNs);
                if (came == 0) {
                    await(nowNs);
                }
            }
        } catch (final RuntimeException e) {
            failure.set(e);
        }
    }

    private static byte[] bytes(final Mbuf mbuf) {
        return Arrays.copyOfRange(mbuf.data(), mbuf.offset(), mbuf.offset() + mbuf.length());
    }

    /** What the kernel does not want, as its headers make no sense, is gone. */
    private static void deliver(final ImpairedQueue queue, final TunNic to, final long nowNs) {
        while (queue.nextDueNs() <= nowNs) {
            to.transmit(Mbuf.of(queue.take()), nowNs);
        }
    }

    private void await(final long nowNs) {
        final long nextNs = Math.min(there.nextDueNs(), back.nextDueNs());
        if (nextNs == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else if (nextNs > nowNs) {
            LockSupport.parkNanos(this, nextNs - nowNs);
        }
    }

    /** Packets lost so far in both directions. */
    public long lost() {
        return there.lost() + back.lost();
    }

    /** Ends the thread and gives the devices back; fails when the thread has failed. */
    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(pump);
        try {
            pump.join(END_LIMIT_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        near.close();
        far.close();
        if (pump.isAlive() || failure.get() != null) {
            throw new AssertionError("the cable's thread: " + failure.get(), failure.get());
        }
    }
}
