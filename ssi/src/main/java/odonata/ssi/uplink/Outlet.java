package odonata.ssi.uplink;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import odonata.actors.cpu.Forwarded;
import odonata.actors.cpu.UplinkRing;
import odonata.actors.port.Msg;
import odonata.protocol.errno.NetError;
import odonata.ssi.codec.PayloadCodec;
import odonata.ssi.uplink.frame.Bytes;
import odonata.ssi.uplink.frame.FrameKind;
import odonata.ssi.uplink.frame.FrameSecret;
import odonata.ssi.uplink.frame.FrameWriter;

/**
 * What one CPU here sends to one other member: gathers entries of a turn into a frame.
 *
 * <p>Thread: the CPU's carrier, except the counters and {@link #stuck}. Order: entries leave in the order in which they were
 * taken.
 */
final class Outlet {
    /** Bytes before the piece in a PART frame: length of the whole entry, offset of the piece. */
    static final int PART_HEADER = 8;

    private final LocalCpu cpu;
    private final PayloadCodec codec;
    private final FrameSink sink;
    private final SendCredit[] credits;
    private final int maxEntry;
    private final FrameWriter writer;
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong stalls = new AtomicLong();
    private final AtomicBoolean stuck = new AtomicBoolean();
    private byte[] big = new byte[0];
    private int bigLength;
    private int bigSent;
    private boolean dirty;

    private int kind;
    private long msgId;
    private int subject;
    private int flags;
    private int origin;
    private int replyPort;

    /**
     * An empty outlet.
     *
     * @param credits one for each CPU of the member, in the order of its address
     * @param capacity largest frame
     */
    Outlet(
            final int member,
            final LocalCpu cpu,
            final PayloadCodec codec,
            final FrameSink sink,
            final SendCredit[] credits,
            final int capacity,
            final int maxEntry,
            final Optional<FrameSecret.Code> code) {
        this.cpu = cpu;
        this.codec = codec;
        this.sink = sink;
        this.credits = credits;
        this.maxEntry = maxEntry;
        this.writer = new FrameWriter(member, cpu.id(), capacity, code);
    }

    /** Takes one entry, as {@link odonata.actors.cpu.Uplink#offer}. */
    boolean offer(final int index, final int targetCpu, final Object entry) {
        final SendCredit credit = credits[index];
        if (!credit.available() || (bigLength > 0 && !push())) {
            count(stalls, 1);
            return false;
        }
        int payload = prepare(entry);
        if (Entry.HEADER + payload > maxEntry) {
            if (!tooLong()) {
                return true;
            }
            payload = codec.prepare(null);
        }
        final int length = Entry.HEADER + payload;
        if (!writer.fits(length) && !push()) {
            count(stalls, 1);
            return false;
        }
        if (length > writer.bodyCapacity()) {
            takeBig(targetCpu, credit, length);
        } else {
            write(writer.bytes(), writer.position(), length, targetCpu, credit.take());
            writer.added(length);
        }
        count(messages, 1);
        return true;
    }

    private int prepare(final Object entry) {
        flags = 0;
        origin = 0;
        replyPort = 0;
        if (entry instanceof Forwarded forwarded) {
            kind = Entry.FORWARDED;
            msgId = forwarded.msgId();
            subject = forwarded.newCpu();
            return codec.prepare(null);
        }
        final Msg<?> msg = (Msg<?>) entry;
        msgId = msg.originId();
        if (msg.isReply()) {
            kind = Entry.REPLY;
            subject = msg.error().number();
            return codec.prepare(msg.result());
        }
        kind = Entry.REQUEST;
        subject = msg.target().index();
        flags = msg.flags();
        origin = msg.originCpu();
        replyPort = msg.replyPort().index();
        return codec.prepare(msg.command());
    }

    /** What is too long for the link: a result becomes EMSGSIZE, a request is replied so, anything else is dropped. */
    private boolean tooLong() {
        if (kind == Entry.REPLY) {
            subject = NetError.EMSGSIZE.number();
            return true;
        }
        if (msgId != 0 && origin == cpu.id()) {
            cpu.refuse().accept(msgId);
        }
        return false;
    }

    private void write(final byte[] into, final int at, final int length, final int targetCpu, final long number) {
        Entry.writeHead(into, at, length, kind, codec.form(), targetCpu, number, msgId, subject);
        Entry.writeRequest(into, at, flags, origin, replyPort);
        codec.write(into, at + Entry.HEADER);
    }

    private void takeBig(final int targetCpu, final SendCredit credit, final int length) {
        if (big.length < length) {
            big = new byte[length];
        }
        write(big, 0, length, targetCpu, credit.take());
        bigLength = length;
        bigSent = 0;
        push();
    }

    /** Sends all that was gathered; false when the transport takes no more now, then the rest stays. */
    boolean push() {
        if (!writer.isEmpty() && !offerFrame()) {
            return false;
        }
        while (bigLength > 0) {
            writer.begin(FrameKind.PART);
            final int piece = Math.min(bigLength - bigSent, writer.bodyCapacity() - PART_HEADER);
            Bytes.putInt(writer.bytes(), writer.position(), bigLength);
            Bytes.putInt(writer.bytes(), writer.position() + 4, bigSent);
            System.arraycopy(big, bigSent, writer.bytes(), writer.position() + PART_HEADER, piece);
            writer.added(PART_HEADER + piece);
            bigSent += piece;
            if (bigSent == bigLength) {
                bigLength = 0;
            }
            if (!offerFrame()) {
                return false;
            }
        }
        return true;
    }

    private boolean offerFrame() {
        final int length = writer.seal();
        if (!sink.offer(writer.view(), length)) {
            return false;
        }
        writer.sent();
        count(frames, 1);
        count(bytes, length);
        return true;
    }

    /** Forgets what was gathered: the member is dead. */
    void discard() {
        writer.discard();
        bigLength = 0;
    }

    /** True when this outlet is already on its CPU's list of those to be flushed; sets it. */
    boolean markDirty() {
        final boolean before = dirty;
        dirty = true;
        return before;
    }

    /** Flushed, or given to the agent to be flushed later. */
    void markClean() {
        dirty = false;
    }

    /** Set by the carrier when it could not send all, cleared by the agent when it asks the carrier to try again. */
    AtomicBoolean stuck() {
        return stuck;
    }

    /** Ring of the CPU that sends. */
    UplinkRing ring() {
        return cpu.ring();
    }

    long messages() {
        return messages.getOpaque();
    }

    long bytes() {
        return bytes.getOpaque();
    }

    long frames() {
        return frames.getOpaque();
    }

    long stalls() {
        return stalls.getOpaque();
    }

    private static void count(final AtomicLong counter, final long n) {
        counter.setOpaque(counter.getPlain() + n);
    }
}
