package odonata.node.kvd;

/** What the server knows of a connection. */
final class Client {
    private final long id;
    private byte[] name = {};
    private boolean quits;

    Client(final long id) {
        this.id = id;
    }

    /** Number among those of its process. */
    long id() {
        return id;
    }

    byte[] name() {
        return name;
    }

    void name(final byte[] newName) {
        name = newName;
    }

    /** True when the connection ends after what was answered. */
    boolean quits() {
        return quits;
    }

    void quit() {
        quits = true;
    }
}
