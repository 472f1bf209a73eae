package odonata.node.capture;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import odonata.actors.netisr.DeviceTap;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.pcap.LinkType;
import odonata.protocol.pcap.PacketFilter;
import odonata.protocol.pcap.PcapPacket;
import odonata.protocol.pcap.PcapWriter;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.wire.Mbuf;

/**
 * The packets of one capture until somebody reads them: copies, bounded, what finds no room is counted.
 *
 * <p>Threads: {@link #passes} on the carriers of all CPUs of a member, {@link #read} on one other at a time. Order: of each CPU that of its time stamps.
 */
public final class CaptureBuffer implements DeviceTap {
    /** Bytes that a packet costs besides its own. */
    private static final long OVERHEAD = 64;

    private final String device;
    private final PacketFilter filter;
    private final int snaplen;
    private final long wallOffsetNs;
    private final long capacity;
    private final Queue<PcapPacket> packets = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong captured = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();

    /**
     * An empty buffer.
     *
     * @param request what to keep
     * @param wallOffsetNs what makes nanoseconds since 1970 of the CPUs' time
     * @param capacity most bytes that wait
     */
    public CaptureBuffer(final CaptureRequest request, final long wallOffsetNs, final long capacity) {
        this.device = request.device();
        this.filter = request.filter();
        this.snaplen = request.snaplen();
        this.wallOffsetNs = wallOffsetNs;
        this.capacity = capacity;
    }

    @Override
    public void passes(final String name, final Mbuf mbuf, final boolean unsummed, final long nowNs) {
        if (!(device.isEmpty() || device.equals(name)) || !filter.matches(mbuf)) {
            return;
        }
        final long cost = OVERHEAD + Math.min(snaplen, mbuf.length());
        if (bytes.addAndGet(cost) > capacity) {
            bytes.addAndGet(-cost);
            dropped.incrementAndGet();
            return;
        }
        captured.incrementAndGet();
        packets.add(new PcapPacket(nowNs + wallOffsetNs, mbuf.length(), LinkType.RAW, copy(mbuf, unsummed)));
    }

    private byte[] copy(final Mbuf mbuf, final boolean unsummed) {
        final int kept = Math.min(snaplen, mbuf.length());
        if (!unsummed) {
            return Arrays.copyOfRange(mbuf.data(), mbuf.offset(), mbuf.offset() + kept);
        }
        final byte[] whole = Arrays.copyOfRange(mbuf.data(), mbuf.offset(), mbuf.offset() + mbuf.length());
        final Ipv4Header ip = new Ipv4Header().wrap(whole, 0, whole.length);
        new TcpHeader().wrap(ip).putChecksum(ip.src(), ip.dst());
        return kept == whole.length ? whole : Arrays.copyOf(whole, kept);
    }

    /** Takes out what is there, about {@code limit} bytes at most, as a capture file with time stamps in nanoseconds. */
    public byte[] read(final int limit) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PcapWriter writer = PcapWriter.create(out, "capture", LinkType.RAW, PcapWriter.Resolution.NANOS)) {
            long taken = 0;
            while (taken < limit) {
                final PcapPacket packet = packets.poll();
                if (packet == null) {
                    break;
                }
                writer.write(packet);
                final long cost = OVERHEAD + packet.frame().length;
                bytes.addAndGet(-cost);
                taken += cost;
            }
        }
        return out.toByteArray();
    }

    /** True when nothing waits to be read. Any thread. */
    public boolean isEmpty() {
        return packets.isEmpty();
    }

    /** Packets kept so far. Any thread. */
    public long captured() {
        return captured.get();
    }

    /** Packets lost so far for want of room. Any thread. */
    public long dropped() {
        return dropped.get();
    }
}
