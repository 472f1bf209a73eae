package odonata.node.capture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import odonata.protocol.pcap.PcapPacket;

/**
 * Makes one sequence, by time, of the packets of several members. A packet waits a while for earlier ones that are still on their way, and no longer
 * when too many wait: then it may come out of order, but is not lost. Thread: one owner.
 */
public final class CaptureMerge {
    private final long waitNs;
    private final long capacity;
    private final PriorityQueue<Held> held = new PriorityQueue<>(
            Comparator.comparingLong((Held h) -> h.packet.timestampNs()).thenComparingLong(Held::number));
    private long bytes;
    private long number;

    /** A packet, its place in the order of arrival, and when it came. */
    private record Held(PcapPacket packet, long number, long atNs) {}

    /**
     * Nothing yet.
     *
     * @param waitNs how long a packet waits for earlier ones
     * @param capacity bytes of packets that may wait
     */
    public CaptureMerge(final long waitNs, final long capacity) {
        this.waitNs = waitNs;
        this.capacity = capacity;
    }

    /** A packet that came now. */
    public void put(final PcapPacket packet, final long nowNs) {
        held.add(new Held(packet, number++, nowNs));
        bytes += packet.frame().length;
    }

    /** What need not wait any more, in order; everything when {@code last}. */
    public List<PcapPacket> take(final long nowNs, final boolean last) {
        final List<PcapPacket> ready = new ArrayList<>();
        while (!held.isEmpty() && (last || bytes > capacity || nowNs - held.peek().atNs >= waitNs)) {
            final PcapPacket packet = held.remove().packet;
            bytes -= packet.frame().length;
            ready.add(packet);
        }
        return ready;
    }
}
