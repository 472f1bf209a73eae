package odonata.protocol.ip;

import odonata.protocol.clock.Seed;

/**
 * Identifications of the datagrams that one CPU sends. All CPUs send from one address, so each has a sixteenth of the numbers: CPUs
 * whose indices differ modulo {@value #STRIPES} never give the same one.
 *
 * <p>Each number of the CPU comes once in {@value #PERIOD} datagrams, in an order that {@code seed} shuffles, so that who sees one does not
 * know the next. Datagrams that cannot be cut (DF) need none (RFC 6864 section 4.1). Owner: the CPU's carrier.
 */
public final class IpIdent {
    static final int STRIPES = 16;
    static final int PERIOD = 0x1_0000 / STRIPES;

    private static final int MASK = PERIOD - 1;
    private static final int HALF_BITS = 6;

    private final int stripe;
    private final int factor;
    private final int factor2;
    private final int start;
    private int sent;

    /** The identifications of {@code cpu}. */
    public IpIdent(final int cpu, final Seed seed) {
        stripe = cpu & (STRIPES - 1);
        factor = (int) seed.nextLong() | 1;
        factor2 = (int) seed.nextLong() | 1;
        start = (int) seed.nextLong();
    }

    /** The next one, {@code 0..65535}. */
    public int next() {
        int x = (sent++ * factor + start) & MASK;
        x ^= x >>> HALF_BITS;
        x = (x * factor2) & MASK;
        x ^= x >>> HALF_BITS;
        return x * STRIPES + stripe;
    }
}
