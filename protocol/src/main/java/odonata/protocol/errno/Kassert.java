package odonata.protocol.errno;

import java.util.Locale;

/** Assertions that stay on: what must hold, one condition each, named after {@code KASSERT(9)}. */
public final class Kassert {

    private Kassert() {}

    /** Panics unless {@code condition}; for messages that need no values. */
    public static void check(final boolean condition, final String message) {
        if (!condition) {
            throw new KernelPanic(message);
        }
    }

    /** Panics unless {@code condition}; integers cost nothing while it holds. */
    public static void check(final boolean condition, final String format, final long a) {
        if (!condition) {
            throw new KernelPanic(String.format(Locale.ROOT, format, a));
        }
    }

    /** Panics unless {@code condition}; integers cost nothing while it holds. */
    public static void check(final boolean condition, final String format, final long a, final long b) {
        if (!condition) {
            throw new KernelPanic(String.format(Locale.ROOT, format, a, b));
        }
    }

    /** Panics unless {@code condition}; without an array of one while it holds. */
    public static void check(final boolean condition, final String format, final Object a) {
        if (!condition) {
            throw new KernelPanic(String.format(Locale.ROOT, format, a));
        }
    }

    /** Panics unless {@code condition}; without an array of two while it holds. */
    public static void check(final boolean condition, final String format, final Object a, final Object b) {
        if (!condition) {
            throw new KernelPanic(String.format(Locale.ROOT, format, a, b));
        }
    }

    /** Panics unless {@code condition}; {@code args} as for {@link String#format}. */
    public static void check(final boolean condition, final String format, final Object... args) {
        if (!condition) {
            throw new KernelPanic(String.format(Locale.ROOT, format, args));
        }
    }
}
