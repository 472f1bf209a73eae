package odonata.config;

/** A value that cannot be right. The message is one line: key, value, what is allowed. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Message as it is; for faults that are not about one key. */
    public ConfigException(final String message) {
        super(message);
    }

    /**
     * A bad value.
     *
     * @param key full path of the key
     * @param value what was found
     * @param allowed what would be right, as a phrase: "1..64", "a power of two"
     */
    public ConfigException(final String key, final Object value, final String allowed) {
        super(key + "=" + value + " is not allowed; allowed: " + allowed);
    }
}
