package odonata.protocol.pcap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pcapng format: blocks, those of unknown type passed over.
 *
 * <pre>
 * every block:  type 4, total length 4, body, total length again 4; padded to a multiple of 4
 * section:      byte-order magic 4, major 2, minor 2, section length 8, options
 * interface:    link type 2, reserved 2, snap length 4, options
 * enhanced:     interface 4, time stamp high 4, low 4, captured 4, original 4, bytes, options
 * simple:       original 4, bytes (of the first interface)
 * old packet:   interface 2, drops 2, then as enhanced
 * </pre>
 *
 * <p>A section starts anew: byte order and interfaces are its own. A simple block has no time stamp and gets that of
 * the frame before it.
 */
final class PcapNgFormat implements PcapReader.PcapFormat {
    private static final int SECTION = 0x0a0d0d0a;
    private static final int INTERFACE = 1;
    private static final int OLD_PACKET = 2;
    private static final int SIMPLE = 3;
    private static final int ENHANCED = 6;
    private static final int BYTE_ORDER = 0x1a2b3c4d;
    private static final int FRAMING = 12;
    private static final int MAX_BODY = PcapReader.MAX_SNAPLEN + (64 << 10);
    private static final int MAX_INTERFACES = 65_536;

    private final PcapInput in;
    private final List<PcapInterface> interfaces = new ArrayList<>();
    private long lastNs;

    /** The format after its first four bytes, the type of a section block. */
    PcapNgFormat(final PcapInput in) {
        this.in = in;
        section(0);
    }

    @Override
    public Optional<PcapPacket> next() {
        while (!in.atEnd()) {
            final long at = in.offset();
            final int type = in.readInt("a block type");
            final Optional<PcapPacket> packet =
                    switch (type) {
                        case SECTION -> section(at);
                        case INTERFACE -> describe(at, body(at));
                        case ENHANCED -> enhanced(at, body(at));
                        case OLD_PACKET -> oldPacket(at, body(at));
                        case SIMPLE -> simple(at, body(at));
                        default -> skip(at);
                    };
            if (packet.isPresent()) {
                return packet;
            }
        }
        return Optional.empty();
    }

    private Optional<PcapPacket> section(final long at) {
        in.littleEndian(false);
        final byte[] start = in.bytes(8, "a section header");
        final int magic = in.getInt(start, 4);
        in.littleEndian(Integer.reverseBytes(magic) == BYTE_ORDER);
        if (magic != BYTE_ORDER && !in.littleEndian()) {
            throw in.damaged(at + 8, String.format("byte-order magic %08x, 1a2b3c4d in either order expected", magic));
        }
        final int rest = (int) checkedTotal(at, in.getUnsigned(start, 0), 28, MAX_BODY) - FRAMING - 4;
        final byte[] body = in.bytes(rest, "a section header");
        final int major = in.getShort(body, 0);
        if (major != 1) {
            throw in.damaged(at + 12, "pcapng version " + major + ", 1 expected");
        }
        checkTrailer(in.getUnsigned(start, 0));
        interfaces.clear();
        return Optional.empty();
    }

    private Optional<PcapPacket> skip(final long at) {
        final long total = in.readInt("a block length") & 0xffff_ffffL;
        in.skip(checkedTotal(at, total, FRAMING, 0xffff_fffcL) - FRAMING, "a block");
        checkTrailer(total);
        return Optional.empty();
    }

    private byte[] body(final long at) {
        final long total = in.readInt("a block length") & 0xffff_ffffL;
        final byte[] body = in.bytes((int) checkedTotal(at, total, FRAMING, MAX_BODY) - FRAMING, "a block");
        checkTrailer(total);
        return body;
    }

    private long checkedTotal(final long at, final long total, final long least, final long most) {
        if (total < least || total > most || total % 4 != 0) {
            throw in.damaged(
                    at + 4, "block length " + total + ", a multiple of 4 in " + least + ".." + most + " expected");
        }
        return total;
    }

    private void checkTrailer(final long total) {
        final long at = in.offset();
        final long again = in.readInt("a block's trailer") & 0xffff_ffffL;
        if (again != total) {
            throw in.damaged(at, "block length repeated as " + again + ", " + total + " expected");
        }
    }

    private Optional<PcapPacket> describe(final long at, final byte[] body) {
        requireBody(at, body, 8, "an interface description");
        if (interfaces.size() == MAX_INTERFACES) {
            throw in.damaged(at, "more than " + MAX_INTERFACES + " interfaces");
        }
        interfaces.add(new PcapNgOptions(in, body, 8, at).describe(in.getShort(body, 0), in.getUnsigned(body, 4)));
        return Optional.empty();
    }

    private Optional<PcapPacket> enhanced(final long at, final byte[] body) {
        requireBody(at, body, 20, "an enhanced packet block");
        return packet(at, body, in.getUnsigned(body, 0));
    }

    private Optional<PcapPacket> oldPacket(final long at, final byte[] body) {
        requireBody(at, body, 20, "a packet block");
        return packet(at, body, in.getShort(body, 0));
    }

    private Optional<PcapPacket> packet(final long at, final byte[] body, final long id) {
        final PcapInterface from = interfaceOf(at, id);
        final int captured = FrameLimits.checkedLength(in, at + 20, in.getUnsigned(body, 12));
        requireBody(at, body, 20L + captured, "a frame of " + captured + " bytes");
        final int original = FrameLimits.checkedOriginal(in, at + 24, in.getUnsigned(body, 16), captured);
        lastNs = timestamp(at, from, (in.getUnsigned(body, 4) << 32) | in.getUnsigned(body, 8));
        return frame(original, from, body, 20, captured);
    }

    private Optional<PcapPacket> simple(final long at, final byte[] body) {
        requireBody(at, body, 4, "a simple packet block");
        final PcapInterface from = interfaceOf(at, 0);
        final long original = in.getUnsigned(body, 0);
        final long limit = from.snaplen() == 0 ? original : Math.min(original, from.snaplen());
        final int captured = FrameLimits.checkedLength(in, at + 8, Math.min(limit, body.length - 4L));
        return frame(FrameLimits.checkedOriginal(in, at + 8, original, captured), from, body, 4, captured);
    }

    private Optional<PcapPacket> frame(
            final int original, final PcapInterface from, final byte[] body, final int start, final int captured) {
        final byte[] frame = new byte[captured];
        System.arraycopy(body, start, frame, 0, captured);
        return Optional.of(new PcapPacket(lastNs, original, from.linkType(), frame));
    }

    private PcapInterface interfaceOf(final long at, final long id) {
        if (id >= interfaces.size()) {
            throw in.damaged(at + 8, "interface " + id + ", one of " + interfaces.size() + " described expected");
        }
        return interfaces.get((int) id);
    }

    private long timestamp(final long at, final PcapInterface from, final long ticks) {
        try {
            return from.toNs(ticks);
        } catch (final ArithmeticException e) {
            throw in.damaged(at + 12, "time stamp out of range, nanoseconds since 1970 must fit 63 bits");
        }
    }

    private void requireBody(final long at, final byte[] body, final long want, final String what) {
        if (body.length < want) {
            throw in.damaged(
                    at, "block of " + body.length + " bytes is too short for " + what + ": " + want + " expected");
        }
    }
}
