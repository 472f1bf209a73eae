package odonata.protocol.pcap;

/**
 * The options at the end of an interface description: code 2, length 2, value padded to a multiple of 4.
 */
final class PcapNgOptions {
    private static final int END = 0;
    private static final int IF_TSRESOL = 9;
    private static final int IF_TSOFFSET = 14;

    private final PcapInput in;
    private final byte[] body;
    private final int start;
    private final long blockAt;
    private int resolution = PcapInterface.MICROS;
    private long offsetSeconds;

    PcapNgOptions(final PcapInput in, final byte[] body, final int start, final long blockAt) {
        this.in = in;
        this.body = body;
        this.start = start;
        this.blockAt = blockAt;
    }

    /** Reads the options and adds what they say to the fixed fields. */
    PcapInterface describe(final int linkType, final long snaplen) {
        int at = start;
        while (at + 4 <= body.length && in.getShort(body, at) != END) {
            at = option(at);
        }
        return new PcapInterface(linkType, snaplen, resolution, offsetSeconds);
    }

    private int option(final int at) {
        final int code = in.getShort(body, at);
        final int length = in.getShort(body, at + 2);
        final int end = at + 4 + ((length + 3) & ~3);
        if (end > body.length) {
            throw in.damaged(blockAt + 8 + at, "option " + code + " of " + length + " bytes does not fit its block");
        }
        if (code == IF_TSRESOL && length >= 1) {
            resolution = body[at + 4] & 0xff;
        } else if (code == IF_TSOFFSET && length >= 8) {
            offsetSeconds = readLong(at + 4);
        }
        return end;
    }

    private long readLong(final int at) {
        final int low = in.littleEndian() ? at : at + 4;
        final int high = in.littleEndian() ? at + 4 : at;
        return (in.getUnsigned(body, high) << 32) | in.getUnsigned(body, low);
    }
}
