package odonata.node.member;

import odonata.protocol.clock.Clock;

/** The member process's clocks: durations, and the time of day for people. */
public final class WallTime implements Clock {
    @Override
    public long nowNs() {
        return System.nanoTime();
    }

    /** Milliseconds since 1970. */
    public long nowMs() {
        return System.currentTimeMillis();
    }
}
