package odonata.actors.usched;

/** Class of a user thread; a thread of an earlier class is always better. Source: {@code RTP_PRIO_*}, {@code PRIBASE_*}. */
public enum UserClass {
    /** Before all normal ones. */
    REALTIME(0),
    /** Shares by use and nice. */
    NORMAL(128),
    /** Only when nobody else wants to run. */
    IDLE(256);

    /** Priority of a seat that nobody has ({@code PRIBASE_NULL}): worse than any thread's. */
    public static final int NOBODY = 512;

    /** Priorities of one class. */
    public static final int RANGE = 128;

    private final int base;

    UserClass(final int base) {
        this.base = base;
    }

    /** Its best priority; lower numbers are better. */
    public int base() {
        return base;
    }
}
