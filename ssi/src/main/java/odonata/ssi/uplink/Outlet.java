package odonata.ssi.uplink;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import odonata.actors.cpu.Abort;
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

    /** Entries without credit that are kept for a CPU that cannot wait; far more than it answers in one turn. */
    private static final int MAX_HELD = 65_536;

    /** Encoded, without its number. */
    private record Held(int index, byte[] bytes) {}

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
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private volatile SendCredit waitsFor;
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

    /**
     * Takes one entry, as {@link odonata.actors.cpu.Uplink#offer}.
     *
     * @param must the caller cannot wait, because it executes a ring entry: what finds no credit is kept here until there is
     *     some. Otherwise two CPUs that answer each other's entries could wait for each other's credit for ever, as credit
     *     comes back only when entries are executed.
     */
    boolean offer(final int index, final int targetCpu, final Object entry, final boolean must) {
        if (credits[index].available() && held.isEmpty() && bigLength == 0) {
            return offerNow(index, targetCpu, entry) || (must && hold(index, targetCpu, entry));
        }
        if (!credits[index].available()) {
            credits[index].lacked();
        }
        if (push() && credits[index].available()) {
            return offerNow(index, targetCpu, entry) || (must && hold(index, targetCpu, entry));
        }
        if (must && hold(index, targetCpu, entry)) {
            return true;
        }
        count(stalls, 1);
        return false;
    }

    private boolean offerNow(final int index, final int targetCpu, final Object entry) {
        final int length = lengthOf(entry);
        if (length < 0) {
            return true;
        }
        if (!fits(length) && !pushFrames()) {
            count(stalls, 1);
            return false;
        }
        if (length > writer.bodyCapacity()) {
            if (big.length < length) {
                big = new byte[length];
            }
            write(big, 0, length, targetCpu);
            startBig(index, length);
        } else {
            write(writer.bytes(), writer.position(), length, targetCpu);
            number(writer.bytes(), writer.position(), index);
            writer.added(length);
        }
        count(messages, 1);
        return true;
    }

    /** Bytes of the entry, encoded by then; negative for one that is too long and was dealt with. */
    private int lengthOf(final Object entry) {
        int payload = prepare(entry);
        if (Entry.HEADER + payload > maxEntry) {
            if (!tooLong()) {
                return -1;
            }
            payload = codec.prepare(null);
        }
        return Entry.HEADER + payload;
    }

    private boolean hold(final int index, final int targetCpu, final Object entry) {
        if (held.size() >= MAX_HELD) {
            return false;
        }
        final int length = lengthOf(entry);
        if (length >= 0) {
            final byte[] bytes = new byte[length];
            write(bytes, 0, length, targetCpu);
            held.add(new Held(index, bytes));
            count(messages, 1);
        }
        return true;
    }

    private boolean pushHeld() {
        while (!held.isEmpty()) {
            final Held next = held.peek();
            final int length = next.bytes.length;
            if (!credits[next.index].available() || bigLength > 0 || (!fits(length) && !pushFrames())) {
                return false;
            }
            held.remove();
            if (length > writer.bodyCapacity()) {
                big = next.bytes;
                startBig(next.index, length);
            } else {
                System.arraycopy(next.bytes, 0, writer.bytes(), writer.position(), length);
                number(writer.bytes(), writer.position(), next.index);
                writer.added(length);
            }
        }
        return true;
    }

    private void number(final byte[] into, final int at, final int index) {
        final boolean waited = credits[index].waited();
        Entry.number(into, at, credits[index].take(), waited);
    }

    /** Gives back the credit for the CPU at {@code index} of the address but for a window, if it is unused still. */
    void giveBack(final int index, final int targetCpu) {
        final boolean may = held.isEmpty() && bigLength == 0 && (fits(Entry.HEADER) || pushFrames());
        if (may && credits[index].leaveOut()) {
            final int at = writer.position();
            Entry.writeHead(writer.bytes(), at, Entry.HEADER, Entry.GIVE_BACK, PayloadCodec.NONE, targetCpu, 0, 0);
            number(writer.bytes(), at, index);
            writer.added(Entry.HEADER);
            flush();
        }
    }

    private void startBig(final int index, final int length) {
        number(big, 0, index);
        bigLength = length;
        bigSent = 0;
        pushFrames();
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
        if (entry instanceof Abort abort) {
            kind = Entry.ABORT;
            msgId = abort.msgId();
            subject = 0;
            origin = abort.originCpu();
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

    private void write(final byte[] into, final int at, final int length, final int targetCpu) {
        Entry.writeHead(into, at, length, kind, codec.form(), targetCpu, msgId, subject);
        Entry.writeRequest(into, at, flags, origin, replyPort);
        codec.write(into, at + Entry.HEADER);
    }

    /** Sends all that was gathered; what has to wait is tried again when the agent says so. */
    void flush() {
        if (!push()) {
            // With entries in the frame it is the transport that has no room: their credit comes back only once they
            // have left.
            waitsFor = writer.isEmpty() && bigLength == 0 ? credits[held.element().index] : null;
            stuck.set(true);
        }
    }

    /** Sends all that was gathered; false when some of it has to wait for the transport or for credit. */
    boolean push() {
        if (!pushFrames()) {
            return false;
        }
        final boolean noneHeld = pushHeld();
        return pushFrames() && noneHeld;
    }

    private boolean pushFrames() {
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

    /** A frame with a piece of a large entry takes nothing else. */
    private boolean fits(final int length) {
        return writer.kind() == FrameKind.DATA && writer.fits(length);
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

    /** True when what could not be sent has a chance now. Agent. */
    boolean worthAnotherTry() {
        final SendCredit credit = waitsFor;
        return stuck.getOpaque() && sink.hasRoom() && (credit == null || credit.available());
    }

    /** Forgets what was gathered: the member is dead. */
    void discard() {
        held.clear();
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

    /** What it may send to the CPU at {@code index} of the member's address. */
    SendCredit credit(final int index) {
        return credits[index];
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
