package odonata.node.testport;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import odonata.actors.nic.Nic;
import odonata.actors.nic.NicCounters;
import odonata.actors.nic.NicPort;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.wire.Mbuf;

/** The host's device; its far end is the caller: what the caller injects arrives, what the host sends waits to be taken. */
final class WireEnd implements Nic {
    private final int ifIndex;
    private final BiConsumer<Long, Mbuf> tap;
    private final NicCounters counters = new NicCounters();
    private final ArrayDeque<Mbuf> arrived = new ArrayDeque<>();
    private final ArrayDeque<Sent> sent = new ArrayDeque<>();
    private Runnable wake = () -> {};

    /** A packet that the host has sent, and when. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not compared
    record Sent(long timeNs, byte[] packet) {}

    /** Shows each packet of either direction to {@code tap}, with its time. */
    WireEnd(final int ifIndex, final BiConsumer<Long, Mbuf> tap) {
        this.ifIndex = ifIndex;
        this.tap = tap;
    }

    /** A packet arrives. */
    void inject(final byte[] packet, final long nowNs) {
        final Mbuf mbuf = Mbuf.of(packet);
        tap.accept(nowNs, mbuf);
        arrived.addLast(mbuf);
        wake.run();
    }

    /** The oldest packet that nobody has taken. */
    Optional<Sent> take() {
        return Optional.ofNullable(sent.pollFirst());
    }

    @Override
    public int ifIndex() {
        return ifIndex;
    }

    @Override
    public String name() {
        return "testport0";
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
        for (; n < limit && !arrived.isEmpty(); n++) {
            final Mbuf mbuf = arrived.removeFirst();
            counters.received(mbuf.length());
            port.input(new Mbuf(mbuf.data(), mbuf.offset(), mbuf.length(), ifIndex, nowNs));
        }
        return n;
    }

    @Override
    public boolean transmit(final Mbuf mbuf, final long nowNs) {
        counters.sent(mbuf.length());
        tap.accept(nowNs, mbuf);
        sent.addLast(new Sent(nowNs, Arrays.copyOfRange(mbuf.data(), mbuf.offset(), mbuf.offset() + mbuf.length())));
        return true;
    }

    @Override
    public NicCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        arrived.clear();
        sent.clear();
    }
}
