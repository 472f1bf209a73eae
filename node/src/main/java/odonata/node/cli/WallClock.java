package odonata.node.cli;

import odonata.protocol.clock.Clock;

/** The clock of commands. */
final class WallClock implements Clock {
    @Override
    public long nowNs() {
        return System.nanoTime();
    }

    /** Milliseconds since 1970. */
    static long millis() {
        return System.currentTimeMillis();
    }
}
