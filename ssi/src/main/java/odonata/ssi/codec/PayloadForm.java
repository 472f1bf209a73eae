package odonata.ssi.codec;

/**
 * How one type of payload travels without Kryo: a fixed header and its bytes.
 *
 * @param <T> the type
 */
interface PayloadForm<T> {

    /** The type. */
    Class<T> type();

    /** The form's number in an entry, 2 or more; never reused. */
    int number();

    /** Bytes that {@link #write} will use. */
    int length(T value);

    /** Writes the value. */
    void write(T value, byte[] bytes, int offset);

    /** Reads a value from exactly {@code length} bytes; any exception means that they are damaged. */
    T read(byte[] bytes, int offset, int length);
}
