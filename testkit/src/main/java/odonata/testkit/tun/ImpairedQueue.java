package odonata.testkit.tun;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import odonata.protocol.clock.Seed;

/**
 * One direction of an impaired cable: packets under way. What becomes of a packet depends on the seed and on how many came before it, not on
 * when it came. Owner: one thread.
 */
public final class ImpairedQueue {
    private final Impairment impairment;
    private final Seed seed;
    private final PriorityQueue<Flight> flights = new PriorityQueue<>(
            Comparator.<Flight>comparingLong(flight -> flight.dueNs).thenComparingLong(flight -> flight.number));
    private long number;
    private final AtomicLong lost = new AtomicLong();

    private record Flight(long dueNs, long number, byte[] packet) {}

    /** An empty one. */
    public ImpairedQueue(final Impairment impairment, final Seed seed) {
        this.impairment = impairment;
        this.seed = seed;
    }

    /** A packet begins its flight; the array is the queue's from now on. */
    public void offer(final byte[] packet, final long nowNs) {
        final boolean loses = seed.chance(impairment.loss());
        final boolean doubles = seed.chance(impairment.duplicate());
        final boolean changes = seed.chance(impairment.corrupt());
        final boolean late = seed.chance(impairment.reorder());
        final int bit = seed.nextInt(Byte.SIZE * packet.length);
        if (loses) {
            lost.incrementAndGet();
            return;
        }
        final byte[] twin = packet.clone();
        if (changes) {
            packet[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        }
        final long dueNs = nowNs + impairment.delayNs();
        begin(packet, late ? dueNs + impairment.reorderNs() : dueNs);
        if (doubles) {
            begin(twin, dueNs);
        }
    }

    private void begin(final byte[] packet, final long dueNs) {
        if (flights.size() < impairment.queue()) {
            flights.add(new Flight(dueNs, number++, packet));
        } else {
            lost.incrementAndGet();
        }
    }

    /** The packet that arrives next; there must be one. */
    public byte[] take() {
        return flights.remove().packet;
    }

    /** When the next one arrives; {@link Long#MAX_VALUE} when none is under way. */
    public long nextDueNs() {
        return flights.isEmpty() ? Long.MAX_VALUE : flights.peek().dueNs;
    }

    /** Packets that were lost, by chance or for want of room. Any thread. */
    public long lost() {
        return lost.get();
    }
}
