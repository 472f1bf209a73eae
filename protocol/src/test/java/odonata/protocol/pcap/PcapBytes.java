package odonata.protocol.pcap;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Capture files put together number by number, in either byte order, and the reading of them. */
final class PcapBytes {
    private final ByteBuffer out = ByteBuffer.allocate(1 << 16);

    PcapBytes(final ByteOrder order) {
        out.order(order);
    }

    static PcapBytes classic(final ByteOrder order, final int magic, final int linkType) {
        return new PcapBytes(order).ints(magic).shorts(2, 4).ints(0, 0, 65_535, linkType);
    }

    /** A pcapng section of unknown length. */
    static PcapBytes section(final ByteOrder order) {
        return new PcapBytes(order)
                .ints(0x0a0d0d0a, 28, 0x1a2b3c4d)
                .shorts(1, 0)
                .ints(-1, -1, 28);
    }

    PcapBytes ints(final int... values) {
        for (final int value : values) {
            out.putInt(value);
        }
        return this;
    }

    PcapBytes shorts(final int... values) {
        for (final int value : values) {
            out.putShort((short) value);
        }
        return this;
    }

    PcapBytes bytes(final byte... values) {
        out.put(values);
        return this;
    }

    /** Bytes padded to a multiple of four. */
    PcapBytes padded(final byte... values) {
        out.put(values).put(new byte[-values.length & 3]);
        return this;
    }

    PcapBytes frame(final int seconds, final int fraction, final byte... frame) {
        return ints(seconds, fraction, frame.length, frame.length).bytes(frame);
    }

    /** Any pcapng block. */
    PcapBytes block(final int type, final byte... body) {
        return ints(type, body.length + 12).bytes(body).ints(body.length + 12);
    }

    /** An interface with options given as bytes. */
    PcapBytes describe(final int linkType, final int snaplen, final byte... options) {
        return ints(1, 20 + options.length)
                .shorts(linkType, 0)
                .ints(snaplen)
                .bytes(options)
                .ints(20 + options.length);
    }

    PcapBytes enhanced(final int id, final long ticks, final byte... frame) {
        final int length = 32 + ((frame.length + 3) & ~3);
        return ints(6, length, id, (int) (ticks >>> 32), (int) ticks, frame.length, frame.length)
                .padded(frame)
                .ints(length);
    }

    byte[] done() {
        final byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    static List<PcapPacket> read(final byte... file) {
        try (PcapReader reader = PcapReader.open(new ByteArrayInputStream(file), "test.pcap")) {
            final List<PcapPacket> packets = new ArrayList<>();
            reader.forEach(packets::add);
            return packets;
        }
    }
}
