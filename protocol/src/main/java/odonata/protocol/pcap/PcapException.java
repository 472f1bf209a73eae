package odonata.protocol.pcap;

/**
 * A capture file that cannot be read on: the message is one line with the file, the offset, what is wrong there and
 * what was expected. Unchecked, because it passes through iterators; whoever opened the file catches it.
 */
public final class PcapException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says that {@code file} is damaged at {@code offset}. */
    public PcapException(final String file, final long offset, final String problem) {
        super(file + ": offset " + offset + ": " + problem);
    }

    /** Says what is wrong with {@code file} as a whole. */
    public PcapException(final String file, final String problem) {
        super(file + ": " + problem);
    }

    /** Says that {@code file} could not be read or written. */
    public PcapException(final String file, final long offset, final Throwable cause) {
        super(file + ": offset " + offset + ": " + cause, cause);
    }
}
