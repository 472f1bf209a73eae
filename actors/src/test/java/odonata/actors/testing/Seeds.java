package odonata.actors.testing;

import java.util.function.LongConsumer;

/**
 * Runs a scenario for the seeds 1, 2, 3 .., or for that of {@code -Dseed=} only; of the one that fails the command is printed that
 * replays it. As {@code SeedRuns} of the testkit, which stands on this module.
 */
public final class Seeds {
    private static final Long ASKED = Long.getLong("seed");

    private final Class<?> test;

    private Seeds(final Class<?> test) {
        this.test = test;
    }

    /** Those of a test class. */
    public static Seeds of(final Class<?> test) {
        return new Seeds(test);
    }

    /** True when all seeds are run: then what is counted over all of them means something. */
    public static boolean areAll() {
        return ASKED == null;
    }

    /** Each seed in turn. */
    public void each(final int count, final LongConsumer scenario) {
        final long first = areAll() ? 1 : ASKED;
        final long last = areAll() ? count : ASKED;
        for (long seed = first; seed <= last; seed++) {
            run(seed, scenario);
        }
    }

    private void run(final long seed, final LongConsumer scenario) {
        try {
            scenario.accept(seed);
        } catch (final RuntimeException | Error e) {
            final String command = "mvn -pl actors -am test -Dtest=" + test.getSimpleName() + " -Dseed=" + seed
                    + " -Dsurefire.failIfNoSpecifiedTests=false";
            System.out.println("seed " + seed + " failed; replay it with: " + command);
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\nreplay: " + command, e);
        }
    }
}
