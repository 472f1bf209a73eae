package odonata.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.BadValue;
import com.typesafe.config.ConfigException.WrongType;
import java.time.Duration;

/** Typed reads that name key, value and allowed range when a value is wrong. */
public final class Checks {
    private Checks() {}

    /** An integer in {@code min..max}. */
    public static int integer(final Config config, final String key, final int min, final int max) {
        final String allowed = min + ".." + max;
        final int value;
        try {
            value = config.getInt(key);
        } catch (WrongType | BadValue e) {
            throw new ConfigException(key, config.getValue(key).unwrapped(), allowed);
        }
        if (value < min || value > max) {
            throw new ConfigException(key, value, allowed);
        }
        return value;
    }

    /** A size in bytes in {@code min..max}. */
    public static long bytes(final Config config, final String key, final long min, final long max) {
        final String allowed = min + ".." + max + ", in bytes, KiB, MiB or GiB";
        final long value;
        try {
            value = config.getBytes(key);
        } catch (WrongType | BadValue e) {
            throw new ConfigException(key, config.getValue(key).unwrapped(), allowed);
        }
        if (value < min || value > max) {
            throw new ConfigException(key, value, allowed);
        }
        return value;
    }

    /** A duration in {@code min..max}. */
    public static Duration duration(final Config config, final String key, final Duration min, final Duration max) {
        final String allowed = text(min) + ".." + text(max);
        final Duration value;
        try {
            value = config.getDuration(key);
        } catch (WrongType | BadValue e) {
            throw new ConfigException(key, config.getValue(key).unwrapped(), allowed + ", in ms, s, m or h");
        }
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new ConfigException(key, text(value), allowed);
        }
        return value;
    }

    /** A yes or no. */
    public static boolean flag(final Config config, final String key) {
        try {
            return config.getBoolean(key);
        } catch (WrongType | BadValue e) {
            throw new ConfigException(key, config.getValue(key).unwrapped(), "true, false");
        }
    }

    /** A text that matches {@code regex}. */
    public static String text(final Config config, final String key, final String regex, final String allowed) {
        final String value = config.getString(key);
        if (!value.matches(regex)) {
            throw new ConfigException(key, value, allowed);
        }
        return value;
    }

    /** A duration as a user writes it. */
    public static String text(final Duration value) {
        return value.toMillis() % 1000 == 0 ? value.toSeconds() + " s" : value.toMillis() + " ms";
    }
}
