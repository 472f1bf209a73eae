package odonata.actors.nic;

import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.tcp.TcpSegmenter;
import odonata.protocol.wire.Mbuf;

/**
 * A network device: holds received packets until the interrupt thread of its CPU pulls them, and sends packets.
 *
 * <p>Thread: everything but {@link #name}, {@link #ifIndex}, {@link #counters} is called by the carrier of the device's CPU
 * and never blocks. A device that needs foreign threads owns them.
 */
public interface Nic extends AutoCloseable {

    /** Number of the interface, the same on all members; not 0, which stands for packets made here. */
    int ifIndex();

    /** Name for people, such as {@code tun0}. */
    String name();

    /** Addresses that are reached through this device: its entry in the route table. */
    Ipv4Prefix prefix();

    /** Largest packet that it carries, bytes. */
    default int mtu() {
        return 65_535;
    }

    /**
     * Starts the device.
     *
     * @param wake to be called, from any thread, when packets have come and the device had none before; the interrupt thread
     *     then pulls until {@link #receive} answers less than its limit
     */
    void start(Runnable wake);

    /**
     * Gives up to {@code limit} received packets to {@code port}, in the order of reception.
     *
     * @param nowNs time of the pull, for {@link Mbuf#rcvNs}
     * @return packets given; less than {@code limit} means that there are no more now
     */
    int receive(NicPort port, int limit, long nowNs);

    /** Sends a packet; false, and counted, when the device cannot take it: then it is lost, as on a full output queue. */
    boolean transmit(Mbuf mbuf, long nowNs);

    /**
     * Sends a large TCP packet as segments (R45). Here in software; a device that can do better does.
     *
     * @param mbuf a TCP packet, longer than the device's MTU perhaps
     * @param segmentSize text of each segment but the last, bytes
     * @return false when it, or a segment of it, is lost
     */
    default boolean transmitTso(final Mbuf mbuf, final int segmentSize, final long nowNs) {
        return new TcpSegmenter().split(mbuf, segmentSize, segment -> transmit(segment, nowNs));
    }

    /** Called by the CPU when it has nothing more to send for now: time to send what was gathered. */
    default void flush() {}

    /** Packets and bytes so far. */
    NicCounters counters();

    /** Stops the device, its threads and its use of the system; packets not pulled are lost. */
    @Override
    void close();
}
