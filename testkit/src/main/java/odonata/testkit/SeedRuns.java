package odonata.testkit;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Runs a scenario for many seeds; the one that fails is named with the command that replays it. */
public final class SeedRuns {
    /** A machine with a free core needs a minute or two for what is asked here. */
    private static final long LIMIT_NS = TimeUnit.MINUTES.toNanos(8);

    private final String module;
    private final Class<?> test;

    /** Runs of {@code test}, which is in Maven module {@code module}. */
    public SeedRuns(final String module, final Class<?> test) {
        this.module = module;
        this.test = test;
    }

    /**
     * Seeds from {@code first} on; with {@code -Dseed=} that one only. Ends early, and says so, where they take unduly long, unless
     * {@code -Dseeds.all=true}.
     */
    public void each(final long first, final int count, final LongConsumer scenario) {
        final OptionalLong asked = asked();
        if (asked.isPresent()) {
            run(asked.getAsLong(), scenario);
            return;
        }
        final long began = System.nanoTime();
        for (long seed = first; seed < first + count; seed++) {
            run(seed, scenario);
            if (System.nanoTime() - began > LIMIT_NS && !Boolean.getBoolean("seeds.all")) {
                System.out.println(test.getSimpleName() + ": " + (seed - first + 1) + " of " + count
                        + " seeds run, this machine is too slow for more; all of them: -Dseeds.all=true");
                return;
            }
        }
    }

    /** The seed given by {@code -Dseed=}, if one is. */
    public static OptionalLong asked() {
        final Long value = Long.getLong("seed");
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** What to type to run that seed again. */
    public String command(final long seed) {
        return "mvn -pl " + module + " -am test -Dtest=" + test.getSimpleName() + " -Dseed=" + seed
                + " -Dsurefire.failIfNoSpecifiedTests=false";
    }

    private void run(final long seed, final LongConsumer scenario) {
        try {
            scenario.accept(seed);
        } catch (final RuntimeException | Error e) {
            System.out.println("seed " + seed + " failed; replay it with: " + command(seed));
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\nreplay: " + command(seed), e);
        }
    }
}
