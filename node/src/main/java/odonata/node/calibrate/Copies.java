package odonata.node.calibrate;

import java.util.ArrayList;
import java.util.List;
import odonata.protocol.clock.Clock;
import odonata.protocol.clock.Seed;

/** Copies packets, in picoseconds per byte: a few that are in the cache, then any of more than a cache holds. */
final class Copies {
    static final int LENGTH = 1_500;
    private static final int FEW = 8;
    /** 96 MiB. */
    private static final int MANY = (96 << 20) / LENGTH;

    private static final int ROUNDS = 64;
    private static final long ORDER = 2004;

    private Copies() {}

    static Samples warm(final Clock clock, final Span span) throws InterruptedException {
        return measure(FEW, clock, span);
    }

    static Samples cold(final Clock clock, final Span span) throws InterruptedException {
        return measure(MANY, clock, span);
    }

    private static Samples measure(final int packets, final Clock clock, final Span span) throws InterruptedException {
        final List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < packets; i++) {
            all.add(new byte[LENGTH]);
        }
        final Seed order = Seed.of(ORDER);
        final byte[] to = new byte[LENGTH];
        final byte[][] from = new byte[ROUNDS][];
        final Samples samples = new Samples();
        while (!span.over(samples)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            for (int i = 0; i < ROUNDS; i++) {
                from[i] = all.get(order.nextInt(packets));
            }
            final long beganNs = clock.nowNs();
            for (final byte[] packet : from) {
                System.arraycopy(packet, 0, to, 0, LENGTH);
            }
            final long endNs = clock.nowNs();
            if (span.counts()) {
                samples.add((endNs - beganNs) * 1e3 / (ROUNDS * LENGTH));
            }
        }
        return samples;
    }
}
