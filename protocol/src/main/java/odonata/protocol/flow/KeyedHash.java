package odonata.protocol.flow;

import odonata.protocol.clock.Seed;

/**
 * SipHash-2-4 under a secret 128-bit key: who does not know the key cannot choose flows that meet on one CPU.
 *
 * <p>The two ends are put in ascending order first, so that both directions hash the same. Message, 12 bytes, each
 * number little-endian: lower end's address, higher end's address, lower end's port, higher end's port. Of the 64-bit
 * result the low 31 bits are used. Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.
 */
public final class KeyedHash implements FlowHash {
    private static final long MESSAGE_BYTES = 12;

    private final long k0;
    private final long k1;

    /** A hash under the key whose first 8 bytes are {@code k0} and whose last are {@code k1}, little-endian. */
    public KeyedHash(final long k0, final long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /** A hash under a key stretched from one number; all nodes of a cluster must be given the same. */
    public static KeyedHash of(final long key) {
        final Seed seed = Seed.of(key);
        return new KeyedHash(seed.nextLong(), seed.nextLong());
    }

    @Override
    public int hash(final int src, final int sport, final int dst, final int dport) {
        final long a = ((src & 0xffff_ffffL) << 16) | sport;
        final long b = ((dst & 0xffff_ffffL) << 16) | dport;
        final long low = Math.min(a, b);
        final long high = Math.max(a, b);
        final long addresses = (low >>> 16) | ((high >>> 16) << 32);
        final long ports = (low & 0xffff) | ((high & 0xffff) << 16);
        return (int) sipHash(k0, k1, addresses, ports | (MESSAGE_BYTES << 56)) & 0x7fff_ffff;
    }

    @Override
    public String name() {
        return "keyed";
    }

    /** SipHash-2-4 of a message of 8 to 15 bytes; the high byte of {@code m1} is its length. */
    static long sipHash(final long k0, final long k1, final long m0, final long m1) {
        final SipHash.State s = new SipHash.State(k0, k1);
        s.absorb(m0);
        s.absorb(m1);
        return s.finish();
    }
}
