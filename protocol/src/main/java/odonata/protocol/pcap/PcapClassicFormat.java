package odonata.protocol.pcap;

import java.util.Optional;

/**
 * The classic format.
 *
 * <pre>
 * file header:  magic 4, major 2, minor 2, zone 4, accuracy 4, snap length 4, link type 4 (low 28 bits)
 * each frame:   seconds 4, fraction 4 (micro- or nanoseconds by the magic), captured 4, original 4, bytes
 * </pre>
 *
 * <p>The magic also tells the byte order of every number after it.
 */
final class PcapClassicFormat implements PcapReader.PcapFormat {
    static final int MAGIC_MICROS = 0xa1b2c3d4;
    static final int MAGIC_NANOS = 0xa1b23c4d;
    static final int MAJOR = 2;
    static final int MINOR = 4;
    static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int NS_PER_MICRO = 1_000;
    private static final int HEADER_REST = 20;
    private static final int FRAME_HEADER = 16;
    private static final int LINK_MASK = 0x0fff_ffff;

    private final PcapInput in;
    private final int nsPerTick;
    private final int linkType;

    private PcapClassicFormat(final PcapInput in, final int nsPerTick) {
        this.in = in;
        this.nsPerTick = nsPerTick;
        final byte[] header = in.bytes(HEADER_REST, "the file header");
        final int major = in.getShort(header, 0);
        if (major != MAJOR) {
            throw in.damaged(4, "pcap version " + major + "." + in.getShort(header, 2) + ", 2.4 expected");
        }
        this.linkType = in.getInt(header, 16) & LINK_MASK;
    }

    /** The format after {@code magic}, which was read as big-endian. */
    static PcapReader.PcapFormat of(final PcapInput in, final int magic) {
        final int swapped = Integer.reverseBytes(magic);
        in.littleEndian(swapped == MAGIC_MICROS || swapped == MAGIC_NANOS);
        return switch (in.littleEndian() ? swapped : magic) {
            case MAGIC_MICROS -> new PcapClassicFormat(in, NS_PER_MICRO);
            case MAGIC_NANOS -> new PcapClassicFormat(in, 1);
            default ->
                throw in.damaged(
                        0,
                        String.format(
                                "starts with %08x, want a1b2c3d4 or a1b23c4d (pcap) or 0a0d0d0a (pcapng)", magic));
        };
    }

    @Override
    public Optional<PcapPacket> next() {
        if (in.atEnd()) {
            return Optional.empty();
        }
        final long at = in.offset();
        final byte[] header = in.bytes(FRAME_HEADER, "a frame header");
        final long fraction = in.getUnsigned(header, 4) * nsPerTick;
        if (fraction >= NS_PER_SECOND) {
            throw in.damaged(at + 4, "fraction of " + fraction + " ns, less than one second expected");
        }
        final int captured = FrameLimits.checkedLength(in, at + 8, in.getUnsigned(header, 8));
        final int original = FrameLimits.checkedOriginal(in, at + 12, in.getUnsigned(header, 12), captured);
        final long timestampNs = in.getUnsigned(header, 0) * NS_PER_SECOND + fraction;
        return Optional.of(new PcapPacket(timestampNs, original, linkType, in.bytes(captured, "a frame")));
    }
}
