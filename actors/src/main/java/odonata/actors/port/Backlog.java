package odonata.actors.port;

/** Messages waiting on all ports of a CPU. One owner. */
public final class Backlog {
    private int messages;

    /** How many wait. */
    public int messages() {
        return messages;
    }

    void add(final int delta) {
        messages += delta;
    }
}
