package odonata.node.trace;

import odonata.actors.cpu.Ktr;

/**
 * Body of {@code POST /api/v1/trace}.
 *
 * @param events that each CPU keeps, the last ones: a power of two, 2..{@link Ktr#MOST}
 * @param seconds after which the member stops by itself when nobody stops it, 1..3600
 */
public record TraceRequest(int events, int seconds) {
    private static final int MOST_SECONDS = 3600;

    /** Checks both. */
    public TraceRequest {
        if (events < 2 || events > Ktr.MOST || Integer.bitCount(events) != 1) {
            throw new IllegalArgumentException("events=" + events + ": must be a power of two, 2.." + Ktr.MOST);
        }
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw new IllegalArgumentException("seconds=" + seconds + ": allowed are 1.." + MOST_SECONDS);
        }
    }
}
