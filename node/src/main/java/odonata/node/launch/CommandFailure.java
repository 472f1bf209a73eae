package odonata.node.launch;

import java.util.List;

/** Why a command ends without success: one line for the user, lines shown below it, and the exit code. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Wrong use: options, configuration, files. */
    public static final int USAGE = 2;

    /** No such cluster or member. */
    public static final int NOT_FOUND = 3;

    /** Something took longer than the user was ready to wait. */
    public static final int TIMED_OUT = 4;

    /** The cluster runs but is not whole. */
    public static final int UNHEALTHY = 10;

    /** A load's result is outside the limits that were given. */
    public static final int THRESHOLD = 20;

    /** Ctrl-C. */
    public static final int INTERRUPTED = 130;

    private final int exitCode;
    private final transient List<String> details;

    /** A failure with the given exit code. */
    public CommandFailure(final int exitCode, final String message) {
        super(message);
        this.exitCode = exitCode;
        this.details = List.of();
    }

    /** A failure with its cause, which only {@code -v} shows. */
    public CommandFailure(final int exitCode, final String message, final Throwable cause) {
        this(exitCode, message, List.of(), cause);
    }

    /** A failure with lines that are shown below the message as they are, and its cause. */
    public CommandFailure(final int exitCode, final String message, final List<String> details, final Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
        this.details = List.copyOf(details);
    }

    /** See the constants; 1 for everything else. */
    public int exitCode() {
        return exitCode;
    }

    /** What is shown below the message, line by line; often nothing. */
    public List<String> details() {
        return details;
    }
}
