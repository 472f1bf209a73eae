package odonata.ssi.sim;

/**
 * How the simulated networks behave.
 *
 * @param controlNs usual delay of a control-plane message
 * @param controlJitterNs most that chance adds to it
 * @param controlDrop probability that one is lost
 * @param controlDuplicate probability that a state comes twice
 * @param repeatNs pause before a control-plane message is repeated
 * @param detectNs time from a crash until the others know
 * @param linkNs delay of an uplink between two members
 * @param linkJitterNs most that chance adds to it; order is kept
 * @param window entries under way from one member to one CPU of another
 */
public record SimSettings(
        long controlNs,
        long controlJitterNs,
        double controlDrop,
        double controlDuplicate,
        long repeatNs,
        long detectNs,
        long linkNs,
        long linkJitterNs,
        int window) {

    /** Rejects what would never arrive. */
    public SimSettings {
        if (controlNs < 1 || controlJitterNs < 0 || repeatNs < 1 || detectNs < 1 || linkNs < 1 || linkJitterNs < 0) {
            throw new IllegalArgumentException("delays must be positive, jitters not negative");
        }
        if (!(controlDrop >= 0 && controlDrop <= 0.9) || !(controlDuplicate >= 0 && controlDuplicate <= 1)) {
            throw new IllegalArgumentException(
                    "controlDrop=" + controlDrop + " (0..0.9) controlDuplicate=" + controlDuplicate + " (0..1)");
        }
        if (window < 1) {
            throw new IllegalArgumentException("window=" + window + " must be at least 1");
        }
    }

    /** A quiet network of today: nothing is lost. */
    public static SimSettings calm() {
        return new SimSettings(300_000, 0, 0, 0, 20_000_000, 1_000_000_000, 30_000, 0, 256);
    }

    /** Everything that may go wrong does: loss, repetition, delay, tight windows. */
    public static SimSettings rough() {
        return new SimSettings(300_000, 2_000_000, 0.2, 0.2, 5_000_000, 20_000_000, 30_000, 200_000, 8);
    }
}
