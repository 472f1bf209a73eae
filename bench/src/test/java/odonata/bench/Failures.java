package odonata.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import odonata.actors.cpu.Cpu;

/** What fails in a measurement must end it: on other threads than the one that measures it would only be waited for. */
final class Failures {
    private static final long PATIENCE_S = 120;

    /** The first panic of any CPU. */
    private static final CompletableFuture<Void> PANIC = new CompletableFuture<>();

    private Failures() {}

    static void panicked(final Cpu cpu, final Throwable cause) {
        failed(new IllegalStateException(cpu + " has panicked", cause));
    }

    static void failed(final Throwable cause) {
        PANIC.completeExceptionally(cause);
    }

    /** Waits for the end of a batch. */
    static void await(final CompletableFuture<Void> end) {
        try {
            CompletableFuture.anyOf(end, PANIC).get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (final ExecutionException e) {
            throw new IllegalStateException("a measurement failed", e.getCause());
        } catch (final TimeoutException e) {
            throw new IllegalStateException("no end within " + PATIENCE_S + " s", e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
