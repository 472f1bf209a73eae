package odonata.actors.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Locale;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Test;

/**
 * The design's claim for UDP send without pseudo-connect (R43, I46), tried in virtual time: what a datagram costs that is sent to an address, and
 * one for which the socket is connected and disconnected again, as BSD did. A datagram that is sent costs what one that is served does, {@code net.packet-cost}.
 */
class UdpSendClaimTest {
    private static final int DATAGRAMS = 200;
    private static final int LENGTH = 100;

    private static long busyNs(final StackWorld world) {
        return world.machine.cpus().stream()
                .mapToLong(cpu -> cpu.counters().busyNs())
                .sum();
    }

    /** Nanoseconds of all CPUs for one datagram. */
    private static double cost(final int cpus, final boolean pseudoConnect) {
        try (StackWorld world = StackWorld.of(cpus, 0)) {
            world.spread();
            final UdpUser user = UdpUser.on(world, cpus - 1);
            assertThat(user.bind(4_000)).isEqualTo(NetError.OK);
            final long from = busyNs(world);
            assertThat(user.sendMany("10.9.9.9", 53, LENGTH, DATAGRAMS, pseudoConnect))
                    .isEqualTo(NetError.OK);
            final double spent = (busyNs(world) - from) / (double) DATAGRAMS;
            assertThat(world.answers).hasSize(DATAGRAMS);
            return spent + world.settings.packetCostNs();
        }
    }

    /** What comes out is row C13 of docs/claims.md. */
    @Test
    void shouldSaveAThirdOnOneCpuAndMoreTheMoreCpusThereAre() {
        final double[] claimed = {0.66, 0.55, 0.48, 0.38, 0.27};
        for (int i = 0; i < claimed.length; i++) {
            final int cpus = 1 << i;
            final double plain = cost(cpus, false);
            final double pseudo = cost(cpus, true);
            System.out.printf(
                    Locale.ROOT,
                    "%2d CPUs: sendto %,.0f ns, connect + send + disconnect %,.0f ns: %.2f%n",
                    cpus,
                    plain,
                    pseudo,
                    plain / pseudo);
            assertThat(plain / pseudo).as("%d CPUs", cpus).isCloseTo(claimed[i], within(0.03));
        }
    }
}
