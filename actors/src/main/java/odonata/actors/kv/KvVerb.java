package odonata.actors.kv;

/** What can be done to one key, or to all keys of a bucket. Travels by ordinal: constants keep their order. */
public enum KvVerb {
    /** The value. */
    GET,
    /** Sets the value; flags of {@link KvFlag}, {@code number} is the time to live in ms with {@link KvFlag#TTL}. */
    SET,
    /** The value, which is then removed. */
    GETDEL,
    /** Adds to the end of the value; the new length. */
    APPEND,
    /** Length of the value. */
    STRLEN,
    /** Adds {@code number} to the value; the sum. */
    INCRBY,
    /** 1 or 0. */
    EXISTS,
    /** Removes it; 1 or 0. */
    DEL,
    /** Sets the time to live to {@code number} ms, flags of {@link KvFlag}; 1 or 0. */
    PEXPIRE,
    /** The time to live in ms; -1: for ever, -2: no such key. */
    PTTL,
    /** Takes the time to live off; 1 or 0. */
    PERSIST,
    /** Keys of a bucket; an estimate from above, as those whose time is up are counted until they are removed. */
    COUNT,
    /** Removes all keys of a bucket. */
    FLUSH
}
