package odonata.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import odonata.actors.netisr.NetCounter;
import odonata.actors.nic.Nic;
import odonata.actors.nic.NicCounters;
import odonata.actors.nic.NicPort;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.wire.Mbuf;

/**
 * Packets of 64 bytes through one CPU: the interrupt thread takes one from its device, parses it, checks the header, hashes the flow and
 * queues it for the tcp_thread, which checks the transport checksum and counts the flow. It is for nobody here, so that is all.
 */
final class Dispatch {
    private static final int LENGTH = 64;
    private static final int FLOWS = 1_024;
    private static final int MOST_S = 60;

    private Dispatch() {}

    /** Packets a second. */
    static double rate(final Effort effort) {
        final Endless nic = new Endless();
        try (NetHost host =
                NetHost.onWallClock(1, 1, NetHost.settings("10.77.77.1"), new TcpSettings(), List.of(nic))) {
            awaitFirst(host);
            pause(effort.warmUpMs());
            final long fromNs = System.nanoTime();
            final long from = host.sum(NetCounter.TCP);
            pause(effort.measureMs());
            final double rate = (host.sum(NetCounter.TCP) - from) * 1e9 / (System.nanoTime() - fromNs);
            final long bad = host.sum(NetCounter.DROP_TCP_BADSUM) + host.sum(NetCounter.DROP_BADADDR);
            if (bad > 0) {
                throw new IllegalStateException(bad + " packets were dropped");
            }
            return rate;
        }
    }

    /** Until then classes are loaded, which takes longer than a short measurement. */
    private static void awaitFirst(final NetHost host) {
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_S);
        while (host.sum(NetCounter.NOT_LOCAL) == 0) {
            if (System.nanoTime() - endNs > 0) {
                throw new IllegalStateException("no packet has come through in " + MOST_S + " s");
            }
            pause(1);
        }
    }

    private static void pause(final int ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** A device that always has a packet, of one flow after the other. */
    private static final class Endless implements Nic {
        private final byte[][] packets = new byte[FLOWS][];
        private final NicCounters counters = new NicCounters();
        private int next;

        Endless() {
            final Seed seed = Seed.of(1);
            for (int i = 0; i < FLOWS; i++) {
                final FlowKey flow = new FlowKey(
                        0x0a000000 | seed.nextInt(1 << 24), 1_024 + seed.nextInt(60_000), 0x0b000001, 80, IpProto.TCP);
                packets[i] = TcpSegment.of(flow)
                        .seq(i)
                        .ack(1)
                        .flags(TcpHeader.ACK)
                        .payload(new byte[LENGTH - 40])
                        .build();
            }
        }

        @Override
        public int ifIndex() {
            return 7;
        }

        @Override
        public String name() {
            return "endless";
        }

        @Override
        public Ipv4Prefix prefix() {
            return Ipv4Prefix.ALL;
        }

        @Override
        public void start(final Runnable wake) {
            wake.run();
        }

        @Override
        public int receive(final NicPort port, final int limit, final long nowNs) {
            for (int i = 0; i < limit; i++) {
                counters.received(LENGTH);
                port.input(new Mbuf(packets[next], 0, LENGTH, ifIndex(), nowNs));
                next = (next + 1) % FLOWS;
            }
            return limit;
        }

        @Override
        public boolean transmit(final Mbuf mbuf, final long nowNs) {
            return true;
        }

        @Override
        public NicCounters counters() {
            return counters;
        }

        @Override
        public void close() {}
    }
}
