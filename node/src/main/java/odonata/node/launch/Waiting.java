package odonata.node.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import odonata.protocol.clock.Clock;

/** Waits for what other processes do: looks, pauses, looks again. Thread: the caller's, which it holds up. */
public final class Waiting {
    private static final long PAUSE_MS = 50;

    private Waiting() {}

    /** One look at what is waited for. */
    @FunctionalInterface
    public interface Look<T> {
        /** What is waited for; or nothing yet, and {@code why} is told in a few words. Who cannot be asked is no failure. */
        Optional<T> look(Consumer<String> why) throws IOException, InterruptedException;
    }

    /**
     * The first thing that is seen; looks once at least.
     *
     * @param beganNs from when on {@code limit} counts
     * @param late what failed when it takes longer than that: {@code CommandFailure.TIMED_OUT}, with the last reason
     */
    public static <T> T until(
            final Clock clock, final long beganNs, final Duration limit, final String late, final Look<T> look)
            throws InterruptedException {
        final AtomicReference<String> why = new AtomicReference<>("");
        while (true) {
            try {
                final Optional<T> seen = look.look(why::set);
                if (seen.isPresent()) {
                    return seen.get();
                }
            } catch (IOException e) {
                why.set(e.getMessage());
            }
            if (clock.nowNs() - beganNs >= limit.toNanos()) {
                throw new CommandFailure(
                        CommandFailure.TIMED_OUT, late + " after " + limit.toSeconds() + " s: " + why.get());
            }
            Thread.sleep(PAUSE_MS);
        }
    }
}
