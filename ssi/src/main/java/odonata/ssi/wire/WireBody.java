package odonata.ssi.wire;

import java.util.Optional;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.ssi.uplink.frame.Bytes;
import odonata.ssi.uplink.frame.Frame;
import odonata.ssi.uplink.frame.FrameReader;
import odonata.ssi.uplink.frame.FrameWriter;
import odonata.ssi.uplink.frame.Texts;

/** Bodies of the wire's frames; byte diagrams in {@code docs/wire.md}. Reading trusts nothing: what is odd is empty. */
final class WireBody {
    /** Stream of the wire; the uplink has another one on the same port. */
    static final int STREAM = 2004;

    /** Purpose of keys for HELLO, LINK_UP, DOWN and GONE, which travel before the parties know each other's incarnation. */
    static final String GREETING = "wire-hello";

    /** Purpose of keys for everything else. */
    static final String PURPOSE = "wire";

    /** Source CPU of greetings. */
    static final int GREETER = Frame.NO_CPU;

    /** Source CPU of everything else. */
    static final int DEVICE = 0;

    /** Bytes before each packet. */
    static final int PACKET_HEADER = 2;

    /** Largest frame: one packet of any length. */
    static final int MAX_FRAME = Frame.HEADER + PACKET_HEADER + 65_535 + 16;

    private static final int HELLO_FIXED = 18;
    private static final int LINK_UP_FIXED = 13;
    private static final int GONE_BYTES = 4;

    /** HELLO: who is there, and the incarnation of the member if known, else 0. */
    record Hello(WireAddress address, long incarnation) {}

    /** LINK_UP: a member is ready; {@code folder} is its media driver's, or empty when it is not to be used. */
    record LinkUp(int member, int rcvif, long incarnation, String endpoint, String folder) {}

    private WireBody() {}

    static void writeHello(final FrameWriter writer, final Hello hello) {
        final byte[] b = writer.bytes();
        final int at = writer.position();
        Bytes.putInt(b, at, hello.address().client());
        Bytes.putInt(b, at + 4, hello.address().prefix().network());
        b[at + 8] = (byte) hello.address().prefix().length();
        Bytes.putLong(b, at + 9, hello.incarnation());
        writer.added(HELLO_FIXED
                - 1
                + Texts.write(b, at + HELLO_FIXED - 1, hello.address().endpoint()));
    }

    static Optional<Hello> readHello(final FrameReader reader) {
        final byte[] b = reader.bytes();
        final int at = Frame.HEADER;
        if (reader.bodyLength() < HELLO_FIXED) {
            return Optional.empty();
        }
        try {
            final Texts texts = new Texts(b, at + HELLO_FIXED - 1, reader.bodyEnd());
            final WireAddress address = new WireAddress(
                    Bytes.getInt(b, at), new Ipv4Prefix(Bytes.getInt(b, at + 4), b[at + 8]), texts.next());
            texts.end();
            return address.client() == reader.source()
                    ? Optional.of(new Hello(address, Bytes.getLong(b, at + 9)))
                    : Optional.empty();
        } catch (final IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static void writeLinkUp(final FrameWriter writer, final LinkUp linkUp) {
        final byte[] b = writer.bytes();
        final int at = writer.position();
        Bytes.putInt(b, at, linkUp.rcvif());
        Bytes.putLong(b, at + 4, linkUp.incarnation());
        int length = LINK_UP_FIXED - 1;
        length += Texts.write(b, at + length, linkUp.endpoint());
        length += Texts.write(b, at + length, linkUp.folder());
        writer.added(length);
    }

    static Optional<LinkUp> readLinkUp(final FrameReader reader) {
        final byte[] b = reader.bytes();
        final int at = Frame.HEADER;
        if (reader.bodyLength() < LINK_UP_FIXED) {
            return Optional.empty();
        }
        try {
            final Texts texts = new Texts(b, at + LINK_UP_FIXED - 1, reader.bodyEnd());
            final LinkUp linkUp = new LinkUp(
                    reader.source(),
                    Bytes.getInt(b, at),
                    Bytes.getLong(b, at + 4),
                    WireEndpoint.check(texts.next()),
                    texts.next());
            texts.end();
            return Optional.of(linkUp);
        } catch (final IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static void writeGone(final FrameWriter writer, final int member) {
        Bytes.putInt(writer.bytes(), writer.position(), member);
        writer.added(GONE_BYTES);
    }

    /** Id of the member that is gone. */
    static Optional<Integer> readGone(final FrameReader reader) {
        return reader.bodyLength() == GONE_BYTES
                ? Optional.of(Bytes.getInt(reader.bytes(), Frame.HEADER))
                : Optional.empty();
    }

    static void writePacket(final FrameWriter writer, final byte[] data, final int offset, final int length) {
        final int at = writer.position();
        Bytes.putShort(writer.bytes(), at, length);
        System.arraycopy(data, offset, writer.bytes(), at + PACKET_HEADER, length);
        writer.added(PACKET_HEADER + length);
    }

    /** True when the body is exactly {@code count} packets. */
    static boolean packetsFit(final FrameReader reader) {
        final byte[] b = reader.bytes();
        int at = Frame.HEADER;
        for (int i = 0; i < reader.count(); i++) {
            if (reader.bodyEnd() - at < PACKET_HEADER) {
                return false;
            }
            at += PACKET_HEADER + Bytes.getUShort(b, at);
        }
        return at == reader.bodyEnd();
    }
}
