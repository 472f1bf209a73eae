package odonata.protocol.errno;

/** A defect of this system, never of a peer, a user or the configuration. Nobody catches it and goes on. */
public final class KernelPanic extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A panic that says what did not hold. */
    public KernelPanic(final String message) {
        super(message);
    }

    /** A panic caused by an unexpected exception. */
    public KernelPanic(final String message, final Throwable cause) {
        super(message, cause);
    }
}
