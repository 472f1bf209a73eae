package odonata.actors.socket;

/**
 * One socket of a poll call ({@code struct pollfd}). Immutable.
 *
 * @param fd descriptor; a negative one is passed over
 * @param events bits asked for
 * @param revents bits that hold: of those asked for, and {@link #POLLERR}, {@link #POLLHUP}, {@link #POLLNVAL} always
 */
public record PollFd(int fd, int events, int revents) {
    /** There is something to receive or accept, or the end. */
    public static final int POLLIN = 0x1;

    /** There is urgent data. */
    public static final int POLLPRI = 0x2;

    /** There is room to send, or sending would fail at once. */
    public static final int POLLOUT = 0x4;

    /** There is an error pending. */
    public static final int POLLERR = 0x8;

    /** Neither direction goes on. */
    public static final int POLLHUP = 0x10;

    /** No such descriptor. */
    public static final int POLLNVAL = 0x20;

    /** Asks for bits. */
    public static PollFd of(final int fd, final int events) {
        return new PollFd(fd, events, 0);
    }

    /** The same with an answer. */
    PollFd answer(final int bits) {
        return new PollFd(fd, events, bits);
    }
}
