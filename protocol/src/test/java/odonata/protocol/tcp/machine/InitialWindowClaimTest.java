package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Locale;
import java.util.Map;
import odonata.protocol.clock.Seed;
import odonata.protocol.tcp.machine.TwoHosts.Link;
import org.junit.jupiter.api.Test;

/**
 * The design's claim for the larger initial window (R38, RFC 3390), tried: mean time of short transfers over a link of 100 ms there and back, by the first window
 * and by loss; same losses for all. {@code -Druns=} for more of them.
 */
class InitialWindowClaimTest {
    private static final int RUNS = Integer.getInteger("runs", 60);
    private static final int SEGMENT = 1_000;
    private static final long ONE_WAY_US = 50_000;
    /** Time with a first window of one segment over that with RFC 3390's, by segments, without loss. */
    private static final Map<Integer, Double> CLAIMED = Map.of(1, 1.0, 2, 2.3, 4, 3.0, 8, 2.2, 16, 1.9, 64, 1.7);

    private static final int MOST_STEPS = 1_000_000;

    private static TcpSettings settings(final int segments) {
        final TcpSettings s = new TcpSettings();
        s.mss = SEGMENT + 12;
        s.initialCwnd = segments;
        s.sendSpace = 100 * SEGMENT;
        s.recvSpace = 100 * SEGMENT;
        return s;
    }

    /** Seconds from the SYN until the last byte is there. */
    private static double transfer(final int window, final int segments, final double loss, final long run) {
        final TwoHosts two =
                new TwoHosts(settings(window), settings(window), new Link(ONE_WAY_US, 0, loss, 0, 0), Seed.of(run));
        final long began = two.nowUs;
        final int bytes = segments * SEGMENT;
        two.client.toWrite = new byte[bytes];
        final long[] ended = new long[1];
        two.server.afterEach = () -> {
            if (ended[0] == 0
                    && two.server.gotLength + two.server.tcb.receiveBuffer().available() == bytes) {
                ended[0] = two.nowUs;
            }
        };
        two.server.machine.listen(two.server.tcb, 1, two.nowUs);
        two.client.machine.connect(two.client.tcb, 2, two.nowUs);
        two.run(MOST_STEPS);
        assertThat(two.server.gotLength).isEqualTo(bytes);
        return (ended[0] - began) / 1e6;
    }

    private static double mean(final int window, final int segments, final double loss) {
        final int runs = loss == 0 ? 1 : RUNS;
        double sum = 0;
        for (int run = 0; run < runs; run++) {
            sum += transfer(window, segments, loss, run);
        }
        return sum / runs;
    }

    /** What comes out is row C15 of docs/claims.md. RFC 3390 gives four segments of this size. */
    @Test
    void shouldSaveRoundTripsOfShortTransfersAndLoseNothingByLosses() {
        System.out.println("seconds; segments, loss; first window of one segment, RFC 3390, ten; one / RFC 3390");
        for (final double loss : new double[] {0, 0.01, 0.05}) {
            for (final int segments : new int[] {1, 2, 4, 8, 16, 64}) {
                final double one = mean(1, segments, loss);
                final double rfc3390 = mean(0, segments, loss);
                final double ten = mean(10, segments, loss);
                System.out.printf(
                        Locale.ROOT,
                        "%2d %2.0f%% %6.3f %6.3f %6.3f  %.2f%n",
                        segments,
                        loss * 100,
                        one,
                        rfc3390,
                        ten,
                        one / rfc3390);
                if (loss == 0) {
                    assertThat(one / rfc3390)
                            .as("%d segments without loss", segments)
                            .isCloseTo(CLAIMED.get(segments), within(0.06));
                }
                assertThat(rfc3390).as("%d segments, loss %f", segments, loss).isLessThan(1.1 * one);
            }
        }
    }
}
