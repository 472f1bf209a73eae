package odonata.actors.cpu;

import java.util.ArrayDeque;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgState;
import odonata.actors.port.Port;

/**
 * Stands in the port table of a thread's first CPU, which the address of its port names, while the thread is on another: passes on
 * what comes for it, messages, replies and functions alike, one after the other.
 *
 * <p>Everything for the thread comes by here, wherever it was sent and wherever the thread is, so what one sender sends keeps its order.
 * Before the thread leaves the CPU where it is, that CPU has this one {@link #stop}: what comes then waits here until {@link #moved}. The
 * answer goes behind all that was passed on, on the same ring: so nothing ever comes to a CPU that the thread has left.
 *
 * <p>Thread: the carrier of the first CPU.
 */
final class Away {
    private final Cpu cpu;
    private final Port<?> port;
    private final ArrayDeque<Object> waiting = new ArrayDeque<>();
    private int place;
    private boolean passing;
    private boolean stopped;
    private boolean stopTold;

    /** For the thread of a port of {@code cpu}; it is on its way to {@code place}. */
    Away(final Cpu cpu, final Port<?> port, final int place) {
        this.cpu = cpu;
        this.port = port;
        this.place = place;
    }

    /** A request, a reply or an {@link IpiFunc} for the thread. */
    void pass(final Object entry) {
        cpu.putAside(1);
        final Msg<?> carried = carriedBy(entry);
        if (carried != null && MsgState.arrived(carried, cpu.id())) {
            cpu.transport().aborts().chase(carried);
        }
        waiting.add(entry);
        passOn();
    }

    /** The thread wants to leave: its CPU is told when nothing more will come there. */
    void stop() {
        stopped = true;
        passOn();
    }

    /** The thread is there now. */
    void moved(final int newPlace) {
        place = newPlace;
        stopped = false;
        stopTold = false;
        passOn();
    }

    /** The thread is here again, and what waits is for it. */
    void cameHome() {
        for (Object entry = next(); entry != null; entry = next()) {
            if (entry instanceof Msg<?> msg) {
                cpu.transport().arrivedHere(msg);
            } else {
                ((IpiFunc) entry).run(cpu);
            }
        }
    }

    /** A send may wait for room, and meanwhile more may come: that waits its turn. So does the answer to {@link #stop}. */
    private void passOn() {
        if (passing) {
            return;
        }
        passing = true;
        while (!stopped && !waiting.isEmpty()) {
            send(next());
        }
        passing = false;
        if (stopped && !stopTold) {
            stopTold = true;
            cpu.sendIpi(place, there -> there.migrations().handOver(port));
        }
    }

    private Object next() {
        final Object entry = waiting.poll();
        if (entry != null) {
            cpu.putAside(-1);
        }
        return entry;
    }

    private void send(final Object entry) {
        cpu.counters().add(CpuCounter.CHASED, 1);
        if (entry instanceof Msg<?> msg) {
            final Msg<?> carried = carriedBy(msg);
            if (carried != null) {
                MsgState.inTransit(carried, place);
            }
            cpu.transport().chase(msg, place);
        } else {
            cpu.sendEntry(place, entry);
        }
    }

    /** What a spin port gave to the thread: it travels in the reply. */
    private static Msg<?> carriedBy(final Object entry) {
        return entry instanceof Msg<?> msg
                        && msg.isReply()
                        && msg.command() instanceof SpinPort.Get
                        && msg.result() instanceof Msg<?> carried
                        && !carried.isReply()
                ? carried
                : null;
    }
}
