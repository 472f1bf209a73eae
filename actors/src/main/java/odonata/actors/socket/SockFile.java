package odonata.actors.socket;

/** What a descriptor names: a socket of some protocol and the flags of the descriptor. Owner: the carrier of its CPU. */
abstract class SockFile {
    private boolean nonblocking;

    boolean isNonblocking() {
        return nonblocking;
    }

    void nonblocking(final boolean on) {
        nonblocking = on;
    }
}
