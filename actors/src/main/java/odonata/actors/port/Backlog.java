package odonata.actors.port;

/** Messages waiting on all ports of a CPU, and what its threads have put aside. One owner. */
public final class Backlog {
    private int messages;

    /** How many wait. */
    public int messages() {
        return messages;
    }

    /** Counts {@code delta} more, or less. */
    public void add(final int delta) {
        messages += delta;
    }
}
