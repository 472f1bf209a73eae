package odonata.protocol.clock;

/**
 * The only source of randomness: a splittable 64-bit generator (SplitMix64), the same on every platform.
 *
 * <p>Thread: one owner. Two seeds split from one parent give independent streams, so that adding a draw in one part of
 * a run does not shift the draws of another.
 */
public final class Seed {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private final long origin;
    private long state;

    private Seed(final long origin) {
        this.origin = origin;
        this.state = origin;
    }

    /** A stream that depends on {@code value} only. */
    public static Seed of(final long value) {
        return new Seed(value);
    }

    /** The value this stream was made from; print it to replay a run. */
    public long origin() {
        return origin;
    }

    /** Next 64 uniformly distributed bits. */
    public long nextLong() {
        state += GAMMA;
        return mix(state);
    }

    /** Uniform in {@code 0..bound-1}; {@code bound} is positive. */
    public int nextInt(final int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound=" + bound + " must be positive");
        }
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /** Uniform in {@code [0, 1)}, 53 bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** True with the given probability. */
    public boolean chance(final double probability) {
        return nextDouble() < probability;
    }

    /** Exponentially distributed with mean 1: the gaps of a Poisson process. */
    public double nextExponential() {
        return -Math.log1p(-nextDouble());
    }

    /** An independent stream named by {@code label}; the same parent and label always give the same child. */
    public Seed split(final long label) {
        return new Seed(mix(origin ^ mix(label + GAMMA)));
    }

    private static long mix(final long z0) {
        long z = (z0 ^ (z0 >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
