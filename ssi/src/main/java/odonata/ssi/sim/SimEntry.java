package odonata.ssi.sim;

import java.util.function.UnaryOperator;
import odonata.actors.cpu.Abort;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.Forwarded;
import odonata.actors.cpu.IpiFunc;
import odonata.actors.port.Msg;
import odonata.protocol.errno.NetError;

/** One entry on its way between members, taken apart as the real uplink does: what arrives is a stand-in, not the original. */
final class SimEntry implements IpiFunc {
    private enum Kind {
        REQUEST,
        REPLY,
        FORWARDED,
        ABORT
    }

    private final Kind kind;
    private final int from;
    private final int originCpu;
    private final long msgId;
    private final int subject;
    private final int replyPort;
    private final int flags;
    private final NetError error;
    private final Object payload;
    private final Runnable taken;

    private SimEntry(
            final Kind kind,
            final int from,
            final int originCpu,
            final long msgId,
            final int subject,
            final int replyPort,
            final int flags,
            final NetError error,
            final Object payload,
            final Runnable taken) {
        this.kind = kind;
        this.from = from;
        this.originCpu = originCpu;
        this.msgId = msgId;
        this.subject = subject;
        this.replyPort = replyPort;
        this.flags = flags;
        this.error = error;
        this.payload = payload;
        this.taken = taken;
    }

    /**
     * Copies what {@code entry} says.
     *
     * @param from CPU that sends it
     * @param transport what arrives of a payload
     * @param taken run when the target CPU takes it off its ring
     */
    static SimEntry of(
            final Cpu from, final Object entry, final UnaryOperator<Object> transport, final Runnable taken) {
        if (entry instanceof Forwarded note) {
            return new SimEntry(
                    Kind.FORWARDED,
                    from.id(),
                    note.originCpu(),
                    note.msgId(),
                    note.newCpu(),
                    0,
                    0,
                    NetError.OK,
                    null,
                    taken);
        }
        if (entry instanceof Abort abort) {
            return new SimEntry(
                    Kind.ABORT, from.id(), abort.originCpu(), abort.msgId(), 0, 0, 0, NetError.OK, null, taken);
        }
        final Msg<?> msg = (Msg<?>) entry;
        if (msg.isReply()) {
            return new SimEntry(
                    Kind.REPLY,
                    from.id(),
                    msg.originCpu(),
                    msg.originId(),
                    0,
                    0,
                    0,
                    msg.error(),
                    transport.apply(msg.result()),
                    taken);
        }
        final boolean wantsReply = msg.originId() != 0;
        return new SimEntry(
                Kind.REQUEST,
                from.id(),
                wantsReply ? msg.originCpu() : from.id(),
                msg.originId(),
                msg.target().index(),
                wantsReply ? msg.replyPort().index() : 0,
                msg.flags(),
                NetError.OK,
                transport.apply(msg.command()),
                taken);
    }

    /** Says the same once more; nobody is told when it is taken. */
    SimEntry copy() {
        return new SimEntry(kind, from, originCpu, msgId, subject, replyPort, flags, error, payload, () -> {});
    }

    @Override
    public void run(final Cpu cpu) {
        taken.run();
        switch (kind) {
            case REQUEST -> {
                cpu.transport().passedOnBy(from, originCpu, msgId);
                cpu.deliverRemote(subject, payload, originCpu, msgId, replyPort, flags);
            }
            case REPLY -> cpu.completeRemote(msgId, error, payload);
            case FORWARDED -> cpu.forwardedRemote(msgId, subject);
            case ABORT -> cpu.abortRemote(originCpu, msgId);
        }
    }
}
