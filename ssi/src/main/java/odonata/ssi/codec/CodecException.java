package odonata.ssi.codec;

/**
 * Bytes that are no value of any known type, or a value whose type has no number.
 *
 * <p>The only exception that decoding throws, whatever the bytes are.
 */
public final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong, why, and what to do. */
    public CodecException(final String message) {
        super(message);
    }

    /** As above, with what the library reported. */
    public CodecException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
