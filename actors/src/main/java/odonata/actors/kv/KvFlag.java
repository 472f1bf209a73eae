package odonata.actors.kv;

/** Conditions and options of {@link KvVerb#SET} and {@link KvVerb#PEXPIRE}, as bits. */
public final class KvFlag {
    /** Only if there is no such key; of a time to live: only if there is none. */
    public static final int NX = 1;

    /** Only if there is such a key; of a time to live: only if there is one. */
    public static final int XX = 2;

    /** Answers the value before. */
    public static final int GET = 4;

    /** The time to live stays. */
    public static final int KEEPTTL = 8;

    /** There is a time to live. */
    public static final int TTL = 16;

    /** Only if it is later than that before. */
    public static final int GT = 32;

    /** Only if it is earlier than that before. */
    public static final int LT = 64;

    private KvFlag() {}
}
