package odonata.protocol.wire;

import java.util.Objects;

/**
 * One packet: the bytes from the first octet of the IP header on, and what the device knew about it.
 *
 * <p>Owner: whoever holds the message that carries it; ownership moves with the message, nobody else may read or write
 * the bytes. Named after {@code struct mbuf}; here one contiguous array.
 *
 * @param data backing array
 * @param offset index of the packet's first byte, {@code 0..data.length}
 * @param length bytes of the packet, {@code 0..65535}
 * @param rcvif cluster-wide number of the interface that received it, 0 when this system made it
 * @param rcvNs when the device took it, in the receiving CPU's {@code Clock}
 */
public record Mbuf(byte[] data, int offset, int length, int rcvif, long rcvNs) {

    /** Largest IP packet. */
    public static final int MAX_LENGTH = 65_535;

    /** Rejects a window outside the array or longer than an IP packet can be. */
    public Mbuf {
        Objects.checkFromIndexSize(offset, length, data.length);
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException("length=" + length + " exceeds " + MAX_LENGTH);
        }
    }

    /** A packet made here, filling the whole array. */
    public static Mbuf of(final byte[] packet) {
        return new Mbuf(packet, 0, packet.length, 0, 0);
    }
}
