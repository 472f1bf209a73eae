package odonata.testkit;

import java.util.function.Consumer;
import odonata.actors.nic.Nic;
import odonata.actors.nic.NicCounters;
import odonata.actors.nic.NicPort;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.wire.Mbuf;

/** A device that shows each packet in the moment in which the interrupt thread takes it. */
public final class WatchedNic implements Nic {
    private final Nic nic;
    private final Consumer<Mbuf> watcher;

    /** {@code nic}, watched. */
    public WatchedNic(final Nic nic, final Consumer<Mbuf> watcher) {
        this.nic = nic;
        this.watcher = watcher;
    }

    @Override
    public int ifIndex() {
        return nic.ifIndex();
    }

    @Override
    public String name() {
        return nic.name();
    }

    @Override
    public Ipv4Prefix prefix() {
        return nic.prefix();
    }

    @Override
    public void start(final Runnable wake) {
        nic.start(wake);
    }

    @Override
    public int receive(final NicPort port, final int limit, final long nowNs) {
        return nic.receive(
                mbuf -> {
                    watcher.accept(mbuf);
                    port.input(mbuf);
                },
                limit,
                nowNs);
    }

    @Override
    public boolean transmit(final Mbuf mbuf, final long nowNs) {
        return nic.transmit(mbuf, nowNs);
    }

    @Override
    public void flush() {
        nic.flush();
    }

    @Override
    public NicCounters counters() {
        return nic.counters();
    }

    @Override
    public void close() {
        nic.close();
    }
}
