package odonata.loadgen.openloop;

import odonata.protocol.clock.Seed;

/** How the requests of an open loop are spaced. */
public enum Arrivals {
    /** Independent users: exponentially distributed gaps. */
    POISSON {
        @Override
        double nextGap(final Seed seed) {
            return seed.nextExponential();
        }
    },
    /** A metronome: every gap is the mean gap. */
    FIXED {
        @Override
        double nextGap(final Seed seed) {
            return 1.0;
        }
    };

    /** Next gap in units of the mean gap. */
    abstract double nextGap(Seed seed);
}
