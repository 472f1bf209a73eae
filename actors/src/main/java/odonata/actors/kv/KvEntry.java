package odonata.actors.kv;

/**
 * A key with its value. The arrays are not to be changed.
 *
 * @param expiresNs when its time is up, on the clock of its owner; {@link #NEVER}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by the key alone, in KvStore
public record KvEntry(byte[] key, byte[] value, long expiresNs) {
    /** It stays until it is removed. */
    public static final long NEVER = Long.MAX_VALUE;

    /** What a key costs besides its bytes: about the size of the objects that hold it. */
    static final int OVERHEAD = 112;

    /** The same key with another value. */
    KvEntry with(final byte[] newValue) {
        return new KvEntry(key, newValue, expiresNs);
    }

    /** The same with another time. */
    KvEntry until(final long newExpiresNs) {
        return new KvEntry(key, value, newExpiresNs);
    }

    /** The same on a clock that shows more. */
    KvEntry later(final long ns) {
        return expires() ? until(expiresNs + ns) : this;
    }

    boolean expires() {
        return expiresNs != NEVER;
    }

    /** Bytes that it is counted for. */
    int cost() {
        return OVERHEAD + key.length + value.length;
    }
}
