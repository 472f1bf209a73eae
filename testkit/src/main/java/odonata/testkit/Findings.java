package odonata.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import odonata.protocol.errno.KernelPanic;

/**
 * What the checkers have found. They report instead of throwing: what is thrown inside an emulated CPU stops that CPU only.
 * Thread: the conductor's.
 */
public final class Findings {
    private static final int KEPT = 8;

    private final LongSupplier nowNs;
    private final List<Finding> kept = new ArrayList<>();
    private int count;

    /** An invariant that did not hold, and what was seen. */
    public record Finding(Invariant invariant, String text) {
        @Override
        public String toString() {
            return invariant + ": " + text;
        }
    }

    /** No findings yet; each gets the time that {@code nowNs} gives. */
    public Findings(final LongSupplier nowNs) {
        this.nowNs = nowNs;
    }

    /** Reports what did not hold; {@code args} as for {@link String#format}. */
    public void report(final Invariant invariant, final String format, final Object... args) {
        count++;
        if (kept.size() < KEPT) {
            kept.add(new Finding(
                    invariant, String.format(Locale.ROOT, format, args) + " (at " + nowNs.getAsLong() + " ns)"));
        }
    }

    /** Reports what did not hold, unless {@code condition}. */
    public void check(final boolean condition, final Invariant invariant, final String format, final Object... args) {
        if (!condition) {
            report(invariant, format, args);
        }
    }

    /** A CPU has panicked: the kernel's assertions stand for invariants too. */
    public void panic(final String cpu, final Throwable cause) {
        final String text = String.valueOf(cause.getMessage());
        report(cause instanceof KernelPanic ? invariantOf(text) : Invariant.KASSERT, "panic of %s: %s", cpu, cause);
    }

    private static Invariant invariantOf(final String text) {
        if (text.contains("another thread than the owner")) {
            return Invariant.I20;
        } else if (text.contains("second completion")) {
            return Invariant.I21;
        } else if (text.contains("waits for room") || text.contains("not quiet")) {
            return Invariant.I34;
        }
        return Invariant.KASSERT;
    }

    /** True when something did not hold. */
    public boolean any() {
        return count > 0;
    }

    /** The first findings. */
    public List<Finding> first() {
        return List.copyOf(kept);
    }

    @Override
    public String toString() {
        return count + " findings, the first: " + kept;
    }
}
