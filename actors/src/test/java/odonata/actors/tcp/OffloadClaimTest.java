package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.netisr.NetCounter;
import odonata.actors.nic.LinkNic;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.ip.Ipv4Prefix;
import org.junit.jupiter.api.Test;

/**
 * The design's claim for segmentation offload (R45), tried in virtual time: what a megabyte costs the sender's CPUs with and without. The device cuts for
 * nothing, as hardware does; a packet that is handed to it costs what one that is served does, {@code net.packet-cost}.
 */
class OffloadClaimTest {
    private static final int PORT = 5_001;
    private static final int BYTES = 1_000_000;
    private static final int CPUS = 2;

    /** Nanoseconds of the sender's CPUs, and packets handed to its device. */
    private record Cost(long busyNs, long packets) {
        double of(final long packetCostNs) {
            return busyNs + (double) packets * packetCostNs;
        }
    }

    private static long busyNs(final TcpHost host) {
        return host.machine.cpus().stream()
                .mapToLong(cpu -> cpu.counters().busyNs())
                .sum();
    }

    private static Cost cost(final int buffers, final int tsoBytes) {
        final Conductor conductor = Conductor.create(CostModel.defaults());
        final LinkNic.Pair cable = LinkNic.cable(
                5,
                Ipv4Prefix.ALL,
                Ipv4Prefix.ALL,
                LinkNic.Quality.perfect(10_000_000_000L, 100_000),
                conductor::at,
                Seed.of(4));
        final TcpHost left = new TcpHost(conductor, 1, 0, CPUS, "10.0.1.1", List.of(cable.near()));
        final TcpHost right = new TcpHost(conductor, 2, CPUS, CPUS, "10.0.2.1", List.of(cable.far()));
        left.stacks.forEach(stack -> stack.tcp().settings().tsoBytes = tsoBytes);
        left.stacks.forEach(stack -> stack.tcp().settings().sendSpace = buffers);
        right.stacks.forEach(stack -> stack.tcp().settings().recvSpace = buffers);
        final Caller server = right.caller(0);
        final int listening = server.listen(PORT, 5);
        final Caller client = left.caller(1);
        final int out = client.connect("10.0.2.1", PORT);
        final int in = server.accept(listening);
        final Streams sender = new Streams(client, out, BYTES, Seed.of(5));
        final Streams receiver = new Streams(server, in, 0, Seed.of(6));
        final long from = busyNs(left);
        final long packets = left.sum(NetCounter.OUTPUT);
        client.run(sender::start);
        server.run(receiver::start);
        conductor.runUntilQuiet(20_000_000);
        assertThat(sender.failure).isEqualTo(NetError.OK);
        assertThat(receiver.matches(sender)).isTrue();
        final Cost cost = new Cost(busyNs(left) - from, left.sum(NetCounter.OUTPUT) - packets);
        left.machine.close();
        right.machine.close();
        return cost;
    }

    /** What comes out is row C14 of docs/claims.md. */
    @Test
    void shouldSaveTheSenderSomeOfItsTimeButNotSixtyPercent() {
        final Iterator<Double> claimed =
                List.of(0.04, 0.06, 0.08, 0.27, 0.46, 0.56).iterator();
        for (final int buffers : new int[] {32_768, 524_288}) {
            final Cost without = cost(buffers, 0);
            final Cost with = cost(buffers, 60_000);
            for (final long packetCostNs : new long[] {500, 2_000, 10_000}) {
                final double saved = 1 - with.of(packetCostNs) / without.of(packetCostNs);
                System.out.printf(
                        Locale.ROOT,
                        "buffers of %,d bytes, %,d ns a packet: %,d instead of %,d packets, %.0f %% of the time saved%n",
                        buffers,
                        packetCostNs,
                        with.packets(),
                        without.packets(),
                        100 * saved);
                assertThat(saved).isCloseTo(claimed.next(), within(0.02));
            }
        }
    }
}
