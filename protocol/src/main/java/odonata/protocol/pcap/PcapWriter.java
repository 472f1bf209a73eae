package odonata.protocol.pcap;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * Writes a classic capture file, big-endian, which every reader understands.
 *
 * <p>Thread: one owner. Times are nanoseconds since 1970, {@code 0..2^32-1} seconds; those of a {@code Clock} with
 * another origin are fine as long as they are not negative.
 */
public final class PcapWriter implements Closeable {
    private static final int FILE_HEADER = 24;
    private static final int FRAME_HEADER = 16;
    private static final int ETHERNET_HEADER = 14;
    private static final int MAX_SECONDS_BITS = 32;

    private final OutputStream out;
    private final String name;
    private final int linkType;
    private final Resolution resolution;
    private final byte[] header = new byte[FRAME_HEADER + ETHERNET_HEADER];
    private long offset;

    /** Unit of the time stamps. */
    public enum Resolution {
        /** Microseconds, which the oldest tools also read. */
        MICROS(PcapClassicFormat.MAGIC_MICROS, 1_000),
        /** Nanoseconds. */
        NANOS(PcapClassicFormat.MAGIC_NANOS, 1);

        private final int magic;
        private final int nsPerTick;

        Resolution(final int magic, final int nsPerTick) {
            this.magic = magic;
            this.nsPerTick = nsPerTick;
        }
    }

    private PcapWriter(final OutputStream out, final String name, final int linkType, final Resolution resolution) {
        this.out = new BufferedOutputStream(out, 1 << 16);
        this.name = name;
        this.linkType = linkType;
        this.resolution = resolution;
    }

    /** Creates or replaces a file; to be closed by the caller. */
    public static PcapWriter create(final Path file, final int linkType, final Resolution resolution) {
        try {
            return create(Files.newOutputStream(file), file.toString(), linkType, resolution);
        } catch (final IOException e) {
            throw new PcapException(file.toString(), 0, e);
        }
    }

    /** Writes to {@code stream}, calling it {@code name} in messages; closing the writer closes it. */
    public static PcapWriter create(
            final OutputStream stream, final String name, final int linkType, final Resolution resolution) {
        final PcapWriter writer = new PcapWriter(stream, name, linkType, resolution);
        writer.writeFileHeader();
        return writer;
    }

    private void writeFileHeader() {
        final byte[] start = new byte[FILE_HEADER];
        NetOrder.putInt(start, 0, resolution.magic);
        NetOrder.putShort(start, 4, PcapClassicFormat.MAJOR);
        NetOrder.putShort(start, 6, PcapClassicFormat.MINOR);
        NetOrder.putInt(start, 16, PcapReader.MAX_SNAPLEN);
        NetOrder.putInt(start, 20, linkType);
        write(start, 0, FILE_HEADER);
    }

    /** Writes a frame as it was captured; its link type must be that of the file. */
    public void write(final PcapPacket packet) {
        if (packet.linkType() != linkType) {
            throw new IllegalArgumentException("link type " + packet.linkType() + " in a file of " + linkType);
        }
        frame(packet.timestampNs(), packet.frame().length, packet.originalLength(), FRAME_HEADER);
        write(packet.frame(), 0, packet.frame().length);
    }

    /** Writes an IP packet; in an Ethernet file behind a header with zero addresses. Raw and Ethernet files only. */
    public void write(final long timestampNs, final Mbuf mbuf) {
        final int before =
                switch (linkType) {
                    case LinkType.RAW, LinkType.RAW_BSD, LinkType.RAW_OPENBSD, LinkType.IPV4 -> 0;
                    case LinkType.ETHERNET -> ETHERNET_HEADER;
                    default -> throw new IllegalArgumentException("cannot make a frame of link type " + linkType);
                };
        NetOrder.putShort(header, FRAME_HEADER + ETHERNET_HEADER - 2, 0x0800);
        frame(timestampNs, mbuf.length() + before, mbuf.length() + before, FRAME_HEADER + before);
        write(mbuf.data(), mbuf.offset(), mbuf.length());
    }

    private void frame(final long timestampNs, final int captured, final int original, final int headerLength) {
        final long seconds = timestampNs / PcapClassicFormat.NS_PER_SECOND;
        if (timestampNs < 0 || seconds >>> MAX_SECONDS_BITS != 0 || captured > PcapReader.MAX_SNAPLEN) {
            throw new IllegalArgumentException("timestampNs=" + timestampNs + " captured=" + captured);
        }
        NetOrder.putInt(header, 0, (int) seconds);
        NetOrder.putInt(header, 4, (int) (timestampNs % PcapClassicFormat.NS_PER_SECOND) / resolution.nsPerTick);
        NetOrder.putInt(header, 8, captured);
        NetOrder.putInt(header, 12, original);
        write(header, 0, headerLength);
    }

    private void write(final byte[] bytes, final int start, final int length) {
        try {
            out.write(bytes, start, length);
            offset += length;
        } catch (final IOException e) {
            throw new PcapException(name, offset, e);
        }
    }

    /** Hands everything written so far to the system. */
    public void flush() {
        try {
            out.flush();
        } catch (final IOException e) {
            throw new PcapException(name, offset, e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (final IOException e) {
            throw new PcapException(name, offset, e);
        }
    }
}
