package odonata.bench;

import java.util.Locale;

/**
 * What must be reached.
 *
 * @param kind what is compared with the limit
 * @param limit in the unit of the kind
 */
record Bar(Kind kind, double limit) {

    /** What of a round is compared. */
    enum Kind {
        /** Ours by theirs, at least. */
        RATIO_AT_LEAST,
        /** Ours by theirs, at most. */
        RATIO_AT_MOST,
        /** Ours less theirs, at most; nanoseconds. */
        MORE_AT_MOST,
        /** Ours, at least; events a second. */
        RATE_AT_LEAST,
        /** Ours, at most; bytes. */
        BYTES_AT_MOST,
        /** Bytes that ours allocates for an operation less those of theirs, at most. */
        ALLOCATED_MORE_AT_MOST,
        /** Stated, not compared; bytes. */
        STATED
    }

    static Bar ratioAtLeast(final double limit) {
        return new Bar(Kind.RATIO_AT_LEAST, limit);
    }

    static Bar ratioAtMost(final double limit) {
        return new Bar(Kind.RATIO_AT_MOST, limit);
    }

    /** What is compared, of one round; {@code theirs} is not looked at when the bar is a plain number. */
    double of(final Figure ours, final Figure theirs) {
        return switch (kind) {
            case RATIO_AT_LEAST, RATIO_AT_MOST -> ours.value() / theirs.value();
            case MORE_AT_MOST -> ours.value() - theirs.value();
            case ALLOCATED_MORE_AT_MOST -> ours.bytes() - theirs.bytes();
            case RATE_AT_LEAST, BYTES_AT_MOST, STATED -> ours.value();
        };
    }

    boolean isReachedBy(final double value) {
        return switch (kind) {
            case RATIO_AT_LEAST, RATE_AT_LEAST -> value >= limit;
            case RATIO_AT_MOST, MORE_AT_MOST, BYTES_AT_MOST, ALLOCATED_MORE_AT_MOST -> value <= limit;
            case STATED -> true;
        };
    }

    /** The bar as people read it. */
    String text() {
        return switch (kind) {
            case RATIO_AT_LEAST, RATE_AT_LEAST -> "≥ " + show(limit);
            case RATIO_AT_MOST, BYTES_AT_MOST -> "≤ " + show(limit);
            case MORE_AT_MOST, ALLOCATED_MORE_AT_MOST -> "≤ " + show(limit) + " more";
            case STATED -> "-";
        };
    }

    /** A value that is compared, as people read it. */
    String show(final double value) {
        return switch (kind) {
            case RATIO_AT_LEAST, RATIO_AT_MOST -> String.format(Locale.ROOT, "%.2f ×", value);
            case MORE_AT_MOST -> String.format(Locale.ROOT, "%.1f ns", value);
            case RATE_AT_LEAST -> String.format(Locale.ROOT, "%.2f M/s", value / 1e6);
            case BYTES_AT_MOST, STATED, ALLOCATED_MORE_AT_MOST -> String.format(Locale.ROOT, "%,.0f B", value);
        };
    }
}
