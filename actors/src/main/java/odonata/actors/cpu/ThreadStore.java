package odonata.actors.cpu;

import akka.actor.typed.Behavior;
import java.util.ArrayDeque;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.Kassert;

/**
 * Where the thread structures of one CPU come from and where they go. A structure is given back when its thread has ended and nobody
 * holds it; {@link #NTHREADS} of those are kept to be made other threads, once the CPU has left them (I19). What is kept is the
 * structure that the scheduler works on. The actor is not: Akka's actors cannot begin again. Nor are the port and its address: a
 * message on its way to a dead thread must not get to another one.
 *
 * <p>Thread: the carrier. Source: {@code lwkt_alloc_thread}, {@code lwkt_free_thread}, {@code lwkt_hold}, {@code lwkt_rele}.
 */
public final class ThreadStore {
    /** Dead threads that a CPU keeps ({@code CACHE_NTHREADS}). */
    public static final int NTHREADS = 6;

    private final Cpu cpu;
    private final PortTable ports;
    private final ArrayDeque<CpuThread> dead = new ArrayDeque<>();
    private int made;

    ThreadStore(final Cpu cpu, final PortTable ports) {
        this.cpu = cpu;
        this.ports = ports;
    }

    /**
     * A thread that does not exist yet (T1): to be given to {@link #create} or {@link #free}.
     *
     * @param portIndex 1..63, or 0 for the next free number
     */
    public CpuThread alloc(final String name, final int pri, final int portIndex, final ThreadClass threadClass) {
        Kassert.check(cpu.onCarrier(), "thread %s created by a foreign thread; use Cpu.inject", name);
        final int index = ports.reserve(portIndex);
        for (final CpuThread old : dead) {
            if (old != cpu.lastThread()) {
                dead.remove(old);
                old.init(cpu, name, nextOrdinal(), pri, index, threadClass);
                return old;
            }
        }
        return new CpuThread(cpu, name, nextOrdinal(), pri, index, threadClass);
    }

    /** Begins a thread (T3); messages may be sent to it at once. */
    public <C> Port<C> create(final CpuThread thread, final Behavior<Msg<C>> behavior) {
        Kassert.check(
                ports.find(thread.address()) == null
                        && !thread.refs().isFreed()
                        && !thread.refs().hasExited(),
                "create of %s, which exists, or existed",
                thread);
        ports.set(thread.portIndex(), thread);
        cpu.counters().created(thread);
        cpu.akka().spawn(thread, behavior);
        return new Port<>(cpu.id(), thread.portIndex());
    }

    /**
     * Gives a structure back (T2) that {@link #alloc} gave and nobody created; one of a thread that has ended goes back by itself.
     * Panics: a thread that lives, runs, is preempted or on the run queue; one that somebody holds; one that was freed.
     */
    public void free(final CpuThread thread) {
        Kassert.check(
                cpu.onCarrier() && thread.cpu() == cpu,
                "free of %s from CPU %d: only its own CPU may",
                thread,
                cpu.id());
        final boolean alive = ports.find(thread.address()) == thread;
        final String activity = thread.activity();
        Kassert.check(!alive && activity.isEmpty(), "free of %s: %s", thread, alive ? "it is alive" : activity);
        thread.refs().free();
        if (dead.size() < NTHREADS && thread.isReusable()) {
            dead.add(thread);
        }
    }

    /**
     * The structure of a thread of this CPU, which from now on stays what it is ({@code lwkt_hold}), also when the thread has ended,
     * until it is given to {@link #rele} as often.
     */
    public CpuThread hold(final Port<?> port) {
        final Object found = ports.find(port);
        Kassert.check(found instanceof CpuThread, "hold of the thread of %s, which is not on CPU %d", port, cpu.id());
        return hold((CpuThread) found);
    }

    /** Holds it once more, from any CPU of the machine; for who knows that somebody holds it. */
    public CpuThread hold(final CpuThread thread) {
        thread.refs().hold();
        return thread;
    }

    /** Holds it no more ({@code lwkt_rele}), from any CPU of the machine. The last one frees a thread that has ended. */
    public void rele(final CpuThread thread) {
        if (thread.refs().rele()) {
            final Cpu last = thread.cpu();
            if (last == cpu) {
                free(thread);
            } else {
                cpu.ipiq().sendPassive(last.id(), there -> there.store().free(thread));
            }
        }
    }

    /** Structures of dead threads that are kept. */
    public int cached() {
        return dead.size();
    }

    int nextOrdinal() {
        return made++;
    }

    /** The actor of a thread has ended, and its port is closed. */
    void exited(final CpuThread thread) {
        ports.leave(thread);
        cpu.counters().ended(thread);
        thread.ended();
        final Port<?> address = thread.address();
        if (address.cpu() != cpu.id()) {
            cpu.sendIpi(address.cpu(), home -> home.migrations().ended(address));
        }
        if (thread.refs().exit()) {
            free(thread);
        }
    }
}
