package odonata.ssi.uplink;

import odonata.ssi.uplink.frame.Bytes;
import odonata.ssi.uplink.frame.FrameKind;
import odonata.ssi.uplink.frame.FrameWriter;
import odonata.ssi.uplink.frame.Texts;

/**
 * Control frames of a link: at most one waits to be sent, the next is made when it has left.
 *
 * <p>Bodies, little-endian: CREDIT: for each pair, CPU of the addressee (4 bytes), CPU of the sender (4), entries that the
 * first may have sent to the second since the beginning (8), how many of them may be under way (4). HELLO: 1 when credit is wanted, 0
 * before (1), folder of the media driver as text, see {@link Way}. PING, PONG: the pinging member's clock (8).
 *
 * <p>Thread: the receiving agent.
 */
final class Control {
    /** Bytes of one pair in a CREDIT frame. */
    static final int CREDIT_BYTES = 20;

    private Control() {}

    /** Sends the frame that waits; false when it still waits. */
    static boolean push(final Link link) {
        final FrameWriter writer = link.control();
        if (writer.isEmpty()) {
            return true;
        }
        if (!link.way().offer(writer.view(), writer.seal())) {
            return false;
        }
        writer.sent();
        return true;
    }

    /** Says hello, and asks for credit when it is known how it will be used. */
    static boolean hello(final Link link) {
        final FrameWriter writer = link.control();
        writer.begin(FrameKind.HELLO);
        final int at = writer.position();
        writer.bytes()[at] = (byte) (link.way().isSettled() ? 1 : 0);
        writer.added(1 + Texts.write(writer.bytes(), at + 1, link.way().ownFolder()));
        return push(link);
    }

    /** Sends or returns a time. */
    static boolean time(final Link link, final FrameKind kind, final long value) {
        final FrameWriter writer = link.control();
        writer.begin(kind);
        Bytes.putLong(writer.bytes(), writer.position(), value);
        writer.added(Long.BYTES);
        return push(link);
    }

    /**
     * Gives credit for what was taken.
     *
     * @param quiet also where little was taken
     * @return frames sent
     */
    static int credits(final Link link, final boolean quiet) {
        final FrameWriter writer = link.control();
        int frames = 0;
        final boolean all = link.grantAll();
        for (final ReceiveCredit credit : all ? link.receiveCredits() : link.active()) {
            if (!all && !credit.due(quiet)) {
                continue;
            }
            if (writer.isEmpty()) {
                writer.begin(FrameKind.CREDIT);
            }
            if (!writer.fits(CREDIT_BYTES)) {
                if (!push(link)) {
                    return frames;
                }
                frames++;
                writer.begin(FrameKind.CREDIT);
            }
            put(writer, credit);
        }
        if (!writer.isEmpty()) {
            frames += push(link) ? 1 : 0;
        }
        link.grantAll(false);
        link.active().removeIf(credit -> {
            final boolean settled = credit.settled();
            if (settled) {
                credit.deactivate();
            }
            return settled;
        });
        return frames;
    }

    private static void put(final FrameWriter writer, final ReceiveCredit credit) {
        final long total = credit.limit();
        credit.allow(total);
        final int at = writer.position();
        Bytes.putInt(writer.bytes(), at, credit.source());
        Bytes.putInt(writer.bytes(), at + 4, credit.target());
        Bytes.putLong(writer.bytes(), at + 8, total);
        Bytes.putInt(writer.bytes(), at + 16, credit.window());
        writer.added(CREDIT_BYTES);
    }
}
