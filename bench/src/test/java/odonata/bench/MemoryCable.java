package odonata.bench;

import java.util.Queue;
import odonata.actors.nic.Nic;
import odonata.actors.nic.NicCounters;
import odonata.actors.nic.NicPort;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.wire.Mbuf;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/** One end of a cable in memory between two members of this process, each with a carrier of its own; large as the kernel's loopback device. */
final class MemoryCable implements Nic {
    private static final int CAPACITY = 1_024;

    private final int ifIndex;
    private final NicCounters counters = new NicCounters();
    private final Queue<Mbuf> arrived = new OneToOneConcurrentArrayQueue<>(CAPACITY);
    private volatile Runnable wake = () -> {};
    private MemoryCable peer = this;
    private boolean sent;

    private MemoryCable(final int ifIndex) {
        this.ifIndex = ifIndex;
    }

    /** The two ends. */
    static MemoryCable[] pair() {
        final MemoryCable near = new MemoryCable(7);
        final MemoryCable far = new MemoryCable(8);
        near.peer = far;
        far.peer = near;
        return new MemoryCable[] {near, far};
    }

    @Override
    public int ifIndex() {
        return ifIndex;
    }

    @Override
    public String name() {
        return "mem" + ifIndex;
    }

    @Override
    public Ipv4Prefix prefix() {
        return Ipv4Prefix.ALL;
    }

    @Override
    public void start(final Runnable bell) {
        wake = bell;
    }

    @Override
    public int receive(final NicPort port, final int limit, final long nowNs) {
        int n = 0;
        for (; n < limit; n++) {
            final Mbuf mbuf = arrived.poll();
            if (mbuf == null) {
                return n;
            }
            counters.received(mbuf.length());
            port.input(new Mbuf(mbuf.data(), mbuf.offset(), mbuf.length(), ifIndex, nowNs));
        }
        return n;
    }

    @Override
    public boolean transmit(final Mbuf mbuf, final long nowNs) {
        if (!peer.arrived.offer(mbuf)) {
            counters.outputDropped();
            return false;
        }
        counters.sent(mbuf.length());
        sent = true;
        return true;
    }

    @Override
    public void flush() {
        if (sent) {
            sent = false;
            peer.wake.run();
        }
    }

    @Override
    public NicCounters counters() {
        return counters;
    }

    @Override
    public void close() {}
}
