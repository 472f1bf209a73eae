package odonata.actors.nic;

import java.util.ArrayDeque;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.wire.Mbuf;

/** The device {@code lo0}: what is sent comes back. Owner: its CPU's carrier, which also wakes it. Bounded. */
public final class LoopbackNic implements Nic {
    private final int ifIndex;
    private final Ipv4Prefix prefix;
    private final int capacity;
    private final NicCounters counters = new NicCounters();
    private final ArrayDeque<Mbuf> queue = new ArrayDeque<>();
    private Runnable wake = () -> {};

    /** A loopback device that holds up to {@code capacity} packets. */
    public LoopbackNic(final int ifIndex, final Ipv4Prefix prefix, final int capacity) {
        this.ifIndex = ifIndex;
        this.prefix = prefix;
        this.capacity = capacity;
    }

    @Override
    public int ifIndex() {
        return ifIndex;
    }

    @Override
    public String name() {
        return "lo" + ifIndex;
    }

    @Override
    public Ipv4Prefix prefix() {
        return prefix;
    }

    @Override
    public void start(final Runnable bell) {
        wake = bell;
    }

    @Override
    public int receive(final NicPort port, final int limit, final long nowNs) {
        int n = 0;
        for (; n < limit && !queue.isEmpty(); n++) {
            final Mbuf mbuf = queue.removeFirst();
            counters.received(mbuf.length());
            port.input(new Mbuf(mbuf.data(), mbuf.offset(), mbuf.length(), ifIndex, nowNs));
        }
        return n;
    }

    @Override
    public boolean transmit(final Mbuf mbuf, final long nowNs) {
        if (queue.size() >= capacity) {
            counters.outputDropped();
            return false;
        }
        counters.sent(mbuf.length());
        queue.addLast(mbuf);
        return true;
    }

    @Override
    public void flush() {
        if (!queue.isEmpty()) {
            wake.run();
        }
    }

    @Override
    public NicCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        queue.clear();
    }
}
