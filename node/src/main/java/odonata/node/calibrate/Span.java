package odonata.node.calibrate;

import java.util.concurrent.TimeUnit;
import odonata.protocol.clock.Clock;

/**
 * How long a measurement goes on: a third of its time to get warm, then it counts. Where others use the machine little happens in that
 * time: then it goes on until the code is compiled and there are samples enough, a minute at most. Begins when first asked.
 */
final class Span {
    /** Fewer say nothing about the middle. */
    static final int ENOUGH = 30;

    /** Rounds, of several messages each, in which the compiler has seen what matters. */
    private static final int WARM = 500;

    private static final long LONGEST_WARM_UP_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long LONGER_NS = TimeUnit.SECONDS.toNanos(60);

    private final Clock clock;
    private final long lengthNs;
    private long beganNs;
    private boolean began;
    private int rounds;

    Span(final Clock clock, final long lengthNs) {
        this.clock = clock;
        this.lengthNs = lengthNs;
    }

    /** True once the code is warm; to be asked once a round. */
    boolean counts() {
        rounds++;
        final long sinceNs = sinceNs();
        return sinceNs > lengthNs / 3 && (rounds > WARM || sinceNs > lengthNs / 3 + LONGEST_WARM_UP_NS);
    }

    boolean over(final Samples samples) {
        final long sinceNs = sinceNs();
        return sinceNs > lengthNs && (samples.count() >= ENOUGH || sinceNs > lengthNs + LONGER_NS);
    }

    private long sinceNs() {
        final long nowNs = clock.nowNs();
        if (!began) {
            began = true;
            beganNs = nowNs;
        }
        return nowNs - beganNs;
    }
}
