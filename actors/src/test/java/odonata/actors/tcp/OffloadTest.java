package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.netisr.NetCounter;
import odonata.actors.nic.LinkNic;
import odonata.actors.nic.Nic;
import odonata.actors.nic.NicCounters;
import odonata.actors.nic.NicPort;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Test;

/** A connection whose large segments the device cuts (R45, 5.10): what the peer gets is what it gets without. */
class OffloadTest {
    private static final int PORT = 5_001;
    private static final int BYTES = 300_000;
    private static final int CPUS = 2;

    private final List<String> segments = new ArrayList<>();
    private long handedOver;

    /** Notes what goes on the wire. */
    private final class Watched implements Nic {
        private final LinkNic nic;

        private Watched(final LinkNic nic) {
            this.nic = nic;
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
            return nic.receive(port, limit, nowNs);
        }

        @Override
        public boolean transmit(final Mbuf mbuf, final long nowNs) {
            final Ipv4Header ip = new Ipv4Header().wrap(mbuf.data(), mbuf.offset(), mbuf.length());
            final TcpHeader tcp = new TcpHeader().wrap(ip);
            assertThat(mbuf.length()).isLessThanOrEqualTo(1_500);
            assertThat(tcp.verifyChecksum(ip.src(), ip.dst())).isTrue();
            if (tcp.payloadLength() > 0) {
                segments.add(tcp.seq() + " " + tcp.payloadLength());
            }
            return nic.transmit(mbuf, nowNs);
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

    /** The data segments that one end sends, each with its sequence number and its length. */
    private List<String> run(final int tsoBytes, final double loss) {
        segments.clear();
        final Conductor conductor = Conductor.create(CostModel.defaults());
        final LinkNic.Quality quality = new LinkNic.Quality(1_000_000_000L, 100_000, 400_000_000, loss, 0, 0, 0, 0);
        final LinkNic.Pair cable = LinkNic.cable(5, Ipv4Prefix.ALL, Ipv4Prefix.ALL, quality, conductor::at, Seed.of(4));
        final TcpHost left = new TcpHost(conductor, 1, 0, CPUS, "10.0.1.1", List.of(new Watched(cable.near())));
        final TcpHost right = new TcpHost(conductor, 2, CPUS, CPUS, "10.0.2.1", List.of(cable.far()));
        left.stacks.forEach(stack -> stack.tcp().settings().tsoBytes = tsoBytes);
        final Caller server = right.caller(0);
        final int listening = server.listen(PORT, 5);
        final Caller client = left.caller(1);
        final int out = client.connect("10.0.2.1", PORT);
        final int in = server.accept(listening);
        final Streams sender = new Streams(client, out, BYTES, Seed.of(5));
        final Streams receiver = new Streams(server, in, 0, Seed.of(6));
        client.run(sender::start);
        server.run(receiver::start);
        conductor.runUntilQuiet(20_000_000);
        assertThat(sender.failure).isEqualTo(NetError.OK);
        assertThat(receiver.matches(sender)).isTrue();
        handedOver = left.sum(NetCounter.OUTPUT_TSO);
        left.machine.close();
        right.machine.close();
        return List.copyOf(segments);
    }

    /** I53: the same segments are on the wire; only the times at which they are may differ. */
    @Test
    void I53_theSameSegmentsWithAndWithout() {
        final List<String> without = run(0, 0);
        assertThat(handedOver).isZero();
        final List<String> with = run(60_000, 0);
        assertThat(handedOver).isBetween(5L, without.size() / 2L);
        assertThat(with.stream().mapToInt(OffloadTest::length).sum()).isEqualTo(BYTES);
        assertThat(without.stream().mapToInt(OffloadTest::length).sum()).isEqualTo(BYTES);
        assertThat(with).isEqualTo(without);
    }

    private static int length(final String segment) {
        return Integer.parseInt(segment.substring(segment.indexOf(' ') + 1));
    }

    @Test
    void shouldDeliverTheStreamOverACableThatLoses() {
        run(60_000, 0.03);
        assertThat(handedOver).isPositive();
    }
}
