package odonata.actors.netisr;

/** At most so many in each second of the CPU's clock. Source: {@code badport_bandlim}. */
final class IcmpLimit {
    private static final long SECOND_NS = 1_000_000_000;

    private long windowNs = Long.MIN_VALUE;
    private int used;

    boolean allows(final int perSecond, final long nowNs) {
        if (windowNs == Long.MIN_VALUE || nowNs - windowNs >= SECOND_NS) {
            windowNs = nowNs;
            used = 0;
        }
        if (used >= perSecond) {
            return false;
        }
        used++;
        return true;
    }
}
