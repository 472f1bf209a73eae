package odonata.protocol.flow;

/** SipHash-2-4, a pseudo-random function under a 128-bit key. Source: Aumasson and Bernstein, 2012. */
public final class SipHash {
    private static final long LENGTH_16 = 16L << 56;

    private SipHash() {}

    /** 64 bits for the 16-byte message {@code m0}, {@code m1}, each little-endian. */
    public static long of(final long k0, final long k1, final long m0, final long m1) {
        final State s = new State(k0, k1);
        s.absorb(m0);
        s.absorb(m1);
        s.absorb(LENGTH_16);
        return s.finish();
    }

    /** Short-lived, so that the compiler keeps it in registers. */
    static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(final long k0, final long k1) {
            v0 = k0 ^ 0x736f6d6570736575L;
            v1 = k1 ^ 0x646f72616e646f6dL;
            v2 = k0 ^ 0x6c7967656e657261L;
            v3 = k1 ^ 0x7465646279746573L;
        }

        void absorb(final long m) {
            v3 ^= m;
            round();
            round();
            v0 ^= m;
        }

        long finish() {
            v2 ^= 0xff;
            round();
            round();
            round();
            round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
