package odonata.loadgen;

/**
 * Where packets go to and come from: the wire to the cluster, or a stand-in of a test.
 *
 * <p>Thread: one owner for all calls.
 */
public interface PacketLink {

    /** Receives one IP packet; {@code data} may be reused after the call returns. */
    @FunctionalInterface
    interface Receiver {
        /** Takes the packet of {@code length} bytes at {@code offset}. */
        void onPacket(byte[] data, int offset, int length);
    }

    /**
     * Sends one IP packet to some member, the same one for the same {@code spread} while the members stay the same.
     *
     * @return false when the cluster pushes back or no member is there; nothing was sent then
     */
    boolean offer(byte[] data, int offset, int length, int spread);

    /** Hands over what has arrived, at most {@code limit} packets; returns how many. */
    int poll(Receiver receiver, int limit);

    /** Sends what was gathered; {@link #poll} does the same. */
    default void flush() {}

    /** Members that take packets now. */
    int members();
}
