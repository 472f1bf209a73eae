package odonata.protocol.clock;

/** Seeds of property tests: fixed, and replaced by {@code -Dseed=} to replay a run or to search for new failures. */
public final class Seeds {
    private static final long DEFAULT = 0x0d0_4a7aL;

    private Seeds() {}

    /** The seed of this run, printed so that a failure can be replayed. */
    public static Seed replayable(final String test) {
        final long value = Long.getLong("seed", DEFAULT);
        System.out.println(test + " -Dseed=" + value);
        return Seed.of(value);
    }
}
