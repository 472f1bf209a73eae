package odonata.actors.usched;

/**
 * What a user may say about the scheduling of a process.
 *
 * @param userClass its class
 * @param fixed 0..127, lower is better: its priority in the classes that do not share by use
 * @param nice -20..20, higher is nicer to others; means something in the normal class only
 */
public record SchedParam(UserClass userClass, int fixed, int nice) {
    /** The most demanding. */
    public static final int NICE_MIN = -20;

    /** The most yielding. */
    public static final int NICE_MAX = 20;

    /** Rejects what is out of range. */
    public SchedParam {
        if (fixed < 0 || fixed >= UserClass.RANGE) {
            throw new IllegalArgumentException("fixed priority " + fixed + ": allowed are 0..127");
        }
        if (nice < NICE_MIN || nice > NICE_MAX) {
            throw new IllegalArgumentException("nice " + nice + ": allowed are -20..20");
        }
    }

    /** Normal class. */
    public static SchedParam normal(final int nice) {
        return new SchedParam(UserClass.NORMAL, 0, nice);
    }

    /** Realtime class. */
    public static SchedParam realtime(final int fixed) {
        return new SchedParam(UserClass.REALTIME, fixed, 0);
    }

    /** Idle class. */
    public static SchedParam idle(final int fixed) {
        return new SchedParam(UserClass.IDLE, fixed, 0);
    }
}
