package odonata.ssi.wire;

import java.util.ArrayDeque;
import java.util.Optional;
import odonata.ssi.uplink.FrameSink;
import odonata.ssi.uplink.frame.FrameKind;
import odonata.ssi.uplink.frame.FrameSecret;
import odonata.ssi.uplink.frame.FrameWriter;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends packets, and notes that must come after them, in one order. Gathers packets into frames; frames that the transport does
 * not take now wait in a bounded backlog.
 *
 * <p>Thread: one.
 */
final class PacketWriter {
    private final FrameSink sink;
    private final FrameWriter writer;
    private final int softLimit;
    private final int maxBacklog;
    private final ArrayDeque<byte[]> backlog = new ArrayDeque<>();
    private final UnsafeBuffer view = new UnsafeBuffer(new byte[0]);

    /**
     * A writer.
     *
     * @param source member or client id
     * @param softLimit largest frame with more than one packet
     * @param maxBacklog frames that may wait
     */
    PacketWriter(
            final FrameSink sink,
            final int source,
            final int softLimit,
            final int maxBacklog,
            final Optional<FrameSecret.Code> code) {
        this.sink = sink;
        this.softLimit = softLimit;
        this.maxBacklog = maxBacklog;
        this.writer = new FrameWriter(source, WireBody.DEVICE, WireBody.MAX_FRAME, code);
    }

    /** Takes a packet; false when the transport is behind and the backlog full. */
    boolean offer(final byte[] data, final int offset, final int length) {
        final int bytes = WireBody.PACKET_HEADER + length;
        if (!writer.isEmpty()
                && (writer.kind() != FrameKind.WIRE_PACKETS
                        || writer.position() + bytes > softLimit
                        || !writer.fits(bytes))
                && !makeRoom()) {
            return false;
        }
        if (writer.isEmpty()) {
            writer.begin(FrameKind.WIRE_PACKETS);
        }
        WireBody.writePacket(writer, data, offset, length);
        return true;
    }

    /** Sends a note of that kind after all packets taken so far; false: again later. */
    boolean note(final FrameKind kind) {
        if (!writer.isEmpty() && !makeRoom()) {
            return false;
        }
        writer.begin(kind);
        writer.bytes()[writer.position()] = 0;
        writer.added(1);
        push();
        return true;
    }

    private boolean makeRoom() {
        if (push()) {
            return true;
        }
        if (backlog.size() >= maxBacklog) {
            return false;
        }
        final byte[] frame = new byte[writer.seal()];
        writer.view().getBytes(0, frame);
        backlog.add(frame);
        writer.sent();
        return true;
    }

    /** Sends what was taken; false when some of it waits. */
    boolean push() {
        while (!backlog.isEmpty()) {
            view.wrap(backlog.peek());
            if (!sink.offer(view, view.capacity())) {
                return false;
            }
            backlog.remove();
        }
        if (writer.isEmpty()) {
            return true;
        }
        if (!sink.offer(writer.view(), writer.seal())) {
            return false;
        }
        writer.sent();
        return true;
    }

    /** True when nothing waits. */
    boolean isEmpty() {
        return backlog.isEmpty() && writer.isEmpty();
    }

    /** Packets that wait in the frame being built and will be lost if the link is given up now. */
    int waiting() {
        return writer.count() + backlog.size();
    }
}
