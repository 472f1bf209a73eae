package odonata.actors.cpu;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgState;
import odonata.actors.port.SyncPort;

/**
 * Abort requests on one CPU. In a machine a request follows its message from CPU to CPU until it has met it; then it goes home, to
 * the CPU of the thread that owns the reply port, which until then holds the reply back: no message is used again while a request follows it.
 *
 * <p>Between members a request is a notice to each CPU that the message is known to have been sent to. It waits for nothing and
 * holds nothing back, because the original stays where it is. One that comes before its message, which another member passed on, waits for it, as
 * long as not too many others do.
 *
 * <p>On the carrier. Source: the abort of mid-2004 in {@code sys/kern/lwkt_msgport.c}.
 */
final class Aborts {
    /** Most notices that wait for their messages; most of them have come too late, and wait for nothing. */
    private static final int MOST_EARLY = 64;

    private record Origin(int cpu, long msgId) {}

    private final Cpu cpu;
    private final Transport transport;
    private final PortTable ports;
    private final Map<Origin, Msg<?>> proxies = new HashMap<>();
    private final ArrayDeque<Origin> early = new ArrayDeque<>(0);

    Aborts(final Cpu cpu, final Transport transport, final PortTable ports) {
        this.cpu = cpu;
        this.transport = transport;
        this.ports = ports;
    }

    /** A request has come here: it meets the message, waits for it, or goes after it. */
    void chase(final Msg<?> msg) {
        final int place = MsgState.place(msg);
        if (place == cpu.id()) {
            meet(msg);
        } else if (place == ~cpu.id()) {
            MsgState.abortWaits(msg, cpu.id());
        } else {
            cpu.sendEntry(place < 0 ? ~place : place, (IpiFunc)
                    next -> next.transport().aborts().chase(msg));
        }
    }

    /** A notice from another member. */
    void arrived(final int originCpu, final long msgId) {
        final Origin origin = new Origin(originCpu, msgId);
        final Msg<?> proxy = proxies.get(origin);
        if (proxy != null) {
            tell(proxy);
            return;
        }
        if (early.size() == MOST_EARLY) {
            early.remove();
        }
        early.add(origin);
    }

    /** A message is on a port of a thread here. */
    void put(final Msg<?> msg) {
        if (isAbortableProxy(msg)) {
            proxies.put(originOf(msg), msg);
            if (!early.isEmpty() && early.remove(originOf(msg))) {
                tell(msg);
            }
        }
    }

    /** A message was taken by a synchronous port here, which may have replied it since. */
    void kept(final Msg<?> msg, final SyncPort<?> by) {
        if (MsgState.place(msg) != cpu.id() || msg.isReply()) {
            return;
        }
        put(msg);
        if (msg.isAborted()) {
            by.abort(msg);
        }
    }

    /** A message is about to be replied or passed on: what was to be given out as an abort is not, any more. */
    void left(final Msg<?> msg) {
        if (msg.isAborted() && MsgState.holder(msg) instanceof CpuThread holder) {
            holder.msgPort().withdrawAbort(msg);
        }
        if (isAbortableProxy(msg)) {
            proxies.remove(originOf(msg), msg);
        }
    }

    /** A request goes away with the thread that has it; as a request still. */
    void gone(final Msg<?> msg) {
        if (isAbortableProxy(msg)) {
            proxies.remove(originOf(msg), msg);
        }
    }

    /** Stand-ins here that a notice would find. */
    int proxies() {
        return proxies.size();
    }

    private void meet(final Msg<?> msg) {
        if (!msg.isReply()) {
            tell(msg);
        }
        transport.toOwner(msg.replyPort(), origin -> origin.transport().aborts().met(msg));
    }

    /** The request is home again. A reply that is here was held back for it. */
    private void met(final Msg<?> msg) {
        if (MsgState.abortMet(msg)) {
            transport.completeHere(msg);
        }
    }

    private void tell(final Msg<?> msg) {
        if (MsgState.holder(msg) instanceof CpuThread holder) {
            holder.msgPort().abort(msg);
            return;
        }
        final Object at = ports.find(msg.target());
        if (at instanceof CpuThread thread) {
            thread.msgPort().abort(msg);
        } else if (at instanceof SyncPort<?> sync) {
            if (MsgState.abort(msg)) {
                sync.abort(msg);
            }
        } else if (msg.target().cpu() != cpu.id()) {
            if (MsgState.abort(msg)) {
                transport.abortRemote(msg);
            }
        } else if (at instanceof Away) {
            MsgState.abort(msg);
        }
    }

    static boolean isAbortableProxy(final Msg<?> msg) {
        return msg.isProxy() && (msg.flags() & Msg.ABORTABLE) != 0 && msg.originId() != 0;
    }

    private static Origin originOf(final Msg<?> msg) {
        return new Origin(msg.originCpu(), msg.originId());
    }
}
