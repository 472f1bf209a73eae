package odonata.node.cli;

import java.util.concurrent.atomic.AtomicInteger;
import odonata.node.launch.CommandFailure;
import org.jline.utils.Signals;

/** Ctrl-C: the first one cleans up and exits with 130, the second one at once. */
final class Interrupts {
    private Interrupts() {}

    /**
     * Takes over SIGINT, SIGTERM and SIGHUP.
     *
     * @param clean undoes what the command did; runs on a thread of its own
     * @param atOnce ends what may not stay, without waiting
     */
    static void handle(final Runnable clean, final Runnable atOnce) {
        final AtomicInteger count = new AtomicInteger();
        final Runnable handler = () -> {
            if (count.incrementAndGet() == 1) {
                final Thread cleaner = new Thread(
                        () -> {
                            try {
                                clean.run();
                            } finally {
                                Runtime.getRuntime().halt(CommandFailure.INTERRUPTED);
                            }
                        },
                        "clean-up");
                cleaner.start();
            } else {
                try {
                    atOnce.run();
                } finally {
                    Runtime.getRuntime().halt(CommandFailure.INTERRUPTED);
                }
            }
        };
        register(handler);
    }

    /**
     * The same for a run that is ended early and then reports as ever.
     *
     * @param stop ends it early; the command goes on
     * @param atOnce at a second signal: ends what may not stay, without waiting
     */
    static void handleRun(final Runnable stop, final Runnable atOnce) {
        final AtomicInteger count = new AtomicInteger();
        register(() -> {
            if (count.incrementAndGet() == 1) {
                stop.run();
            } else {
                try {
                    atOnce.run();
                } finally {
                    Runtime.getRuntime().halt(CommandFailure.INTERRUPTED);
                }
            }
        });
    }

    /** A member leaves in order at the first signal and ends at the second. */
    static void handleMember(final Runnable leave) {
        final AtomicInteger count = new AtomicInteger();
        register(() -> {
            if (count.incrementAndGet() == 1) {
                leave.run();
            } else {
                Runtime.getRuntime().halt(CommandFailure.INTERRUPTED);
            }
        });
    }

    private static void register(final Runnable handler) {
        for (final String signal : new String[] {"INT", "TERM", "HUP"}) {
            Signals.register(signal, handler);
        }
    }
}
