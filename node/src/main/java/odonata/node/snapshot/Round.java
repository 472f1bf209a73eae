package odonata.node.snapshot;

/** Figures are rounded once, where they are made, so that a picture stays small. */
final class Round {
    private Round() {}

    /** Two digits after the point. */
    static double rate(final double value) {
        return Math.rint(value * 100) / 100;
    }

    /** Four digits after the point. */
    static double share(final double value) {
        return Math.rint(value * 10_000) / 10_000;
    }
}
