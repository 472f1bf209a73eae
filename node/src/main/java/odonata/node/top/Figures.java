package odonata.node.top;

import java.util.Locale;

/** Figures as people read them; always with a unit. */
public final class Figures {
    private Figures() {}

    /** A count with thousands separated. */
    public static String count(final long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A rate; without digits after the point from 100 on. */
    public static String rate(final double value) {
        return value >= 100 ? count(Math.round(value)) : String.format(Locale.ROOT, "%.1f", value);
    }

    /** A share as a percentage. */
    public static String percent(final double share) {
        return String.format(Locale.ROOT, "%.0f %%", share * 100);
    }

    /** Seconds as hours, minutes, seconds. */
    public static String uptime(final long seconds) {
        return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** Microseconds in a unit that fits. */
    public static String micros(final double us) {
        if (us >= 1_000_000) {
            return String.format(Locale.ROOT, "%.2f s", us / 1_000_000);
        }
        return us >= 10_000
                ? String.format(Locale.ROOT, "%.1f ms", us / 1000)
                : String.format(Locale.ROOT, "%.0f us", us);
    }
}
