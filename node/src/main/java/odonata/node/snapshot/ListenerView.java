package odonata.node.snapshot;

/**
 * The sockets that listen on one address and port.
 *
 * @param local address:port
 * @param sockets how many; with SO_REUSEPORT one a CPU as a rule
 * @param waiting connections that wait to be accepted, of all of them
 * @param longest of the longest queue
 * @param limit connections that may wait, of all of them
 */
public record ListenerView(String local, int sockets, int waiting, int longest, int limit) {

    /** Both together. */
    ListenerView plus(final ListenerView other) {
        return new ListenerView(
                local,
                sockets + other.sockets,
                waiting + other.waiting,
                Math.max(longest, other.longest),
                limit + other.limit);
    }
}
