package odonata.actors.nic;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.pcap.LinkType;
import odonata.protocol.pcap.PcapException;
import odonata.protocol.pcap.PcapPacket;
import odonata.protocol.pcap.PcapReader;
import odonata.protocol.pcap.PcapWriter;
import odonata.protocol.wire.Mbuf;

/**
 * A device whose cable is a capture file: it receives the IPv4 packets of a pcap or pcapng file as fast as they are pulled,
 * and writes what is sent to another file.
 *
 * <p>The file is read into memory when it is opened, so that the carrier never waits for a disk; {@link #MAX_BYTES} bounds it.
 */
public final class PcapNic implements Nic {
    /** Most bytes of packets that are read. */
    public static final long MAX_BYTES = 1L << 30;

    private final int ifIndex;
    private final String name;
    private final Ipv4Prefix prefix;
    private final List<Mbuf> packets;
    private final long total;
    private final Optional<PcapWriter> capture;
    private final NicCounters counters = new NicCounters();
    private long next;
    private long limitNow;
    private Runnable wake = () -> {};

    private PcapNic(
            final int ifIndex,
            final String name,
            final Ipv4Prefix prefix,
            final List<Mbuf> packets,
            final int rounds,
            final Optional<PcapWriter> capture) {
        this.ifIndex = ifIndex;
        this.name = name;
        this.prefix = prefix;
        this.packets = packets;
        this.total = (long) packets.size() * rounds;
        this.limitNow = total;
        this.capture = capture;
    }

    /**
     * Reads a file.
     *
     * @param prefix what is routed to this device
     * @param rounds times that the file is replayed, from 1
     * @param rewrite changes of addresses
     * @param capture where packets that are sent are written (raw IP, nanoseconds of the CPU's clock), if anywhere
     * @throws PcapException saying what is wrong with the file
     */
    public static PcapNic open(
            final int ifIndex,
            final Path file,
            final Ipv4Prefix prefix,
            final int rounds,
            final AddressRewrite rewrite,
            final Optional<Path> capture) {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds=" + rounds + ": want 1 or more");
        }
        final List<Mbuf> packets = read(file, ifIndex, rewrite);
        final Optional<PcapWriter> writer =
                capture.map(to -> PcapWriter.create(to, LinkType.RAW, PcapWriter.Resolution.NANOS));
        return new PcapNic(ifIndex, "pcap" + ifIndex, prefix, packets, rounds, writer);
    }

    private static List<Mbuf> read(final Path file, final int ifIndex, final AddressRewrite rewrite) {
        final List<Mbuf> packets = new ArrayList<>();
        long bytes = 0;
        try (PcapReader reader = PcapReader.open(file)) {
            for (final PcapPacket frame : reader) {
                final Optional<Mbuf> ip = frame.ip();
                if (ip.isPresent()) {
                    final Mbuf mbuf = ip.get();
                    bytes += mbuf.length();
                    if (bytes > MAX_BYTES) {
                        throw new PcapException(
                                file.toString(), bytes, "more than " + MAX_BYTES + " bytes of packets: split the file");
                    }
                    rewrite.apply(mbuf.data(), mbuf.offset(), mbuf.length());
                    packets.add(new Mbuf(mbuf.data(), mbuf.offset(), mbuf.length(), ifIndex, 0));
                }
            }
        }
        return packets;
    }

    /** Packets that will have been received at the end. */
    public long total() {
        return total;
    }

    /** True when every packet has been pulled. */
    public boolean finished() {
        return next == total;
    }

    /** Lets only the first {@code count} packets through until it is called again. Before the start, or on the carrier. */
    public void pauseAt(final long count) {
        limitNow = Math.min(count, total);
        wake.run();
    }

    @Override
    public int ifIndex() {
        return ifIndex;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Ipv4Prefix prefix() {
        return prefix;
    }

    @Override
    public void start(final Runnable bell) {
        wake = bell;
        bell.run();
    }

    @Override
    public int receive(final NicPort port, final int limit, final long nowNs) {
        int n = 0;
        for (; n < limit && next < limitNow; n++, next++) {
            final Mbuf mbuf = packets.get((int) (next % packets.size()));
            counters.received(mbuf.length());
            port.input(copy(mbuf, nowNs));
        }
        return n;
    }

    /** The receiver may change the bytes, and the next round needs them. */
    private Mbuf copy(final Mbuf mbuf, final long nowNs) {
        final byte[] bytes = new byte[mbuf.length()];
        System.arraycopy(mbuf.data(), mbuf.offset(), bytes, 0, bytes.length);
        return new Mbuf(bytes, 0, bytes.length, ifIndex, nowNs);
    }

    @Override
    public boolean transmit(final Mbuf mbuf, final long nowNs) {
        counters.sent(mbuf.length());
        capture.ifPresent(writer -> writer.write(Math.max(0, nowNs), mbuf));
        return true;
    }

    @Override
    public NicCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        capture.ifPresent(PcapWriter::close);
    }
}
