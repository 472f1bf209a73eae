package odonata.node.calibrate;

import odonata.protocol.clock.Clock;

/** How long a measurement goes on: a third of it to get warm, then it counts. Begins when first asked. */
final class Span {
    private final Clock clock;
    private final long lengthNs;
    private long beganNs;
    private boolean began;

    Span(final Clock clock, final long lengthNs) {
        this.clock = clock;
        this.lengthNs = lengthNs;
    }

    /** True once the code is warm. */
    boolean counts() {
        return sinceNs() > lengthNs / 3;
    }

    boolean over() {
        return sinceNs() > lengthNs;
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
