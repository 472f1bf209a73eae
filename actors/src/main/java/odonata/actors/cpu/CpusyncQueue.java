package odonata.actors.cpu;

import java.util.ArrayDeque;
import odonata.protocol.errno.Kassert;

/** The cpusync for which a CPU is stopped, and those that wait to stop it, first come first served. One owner. */
final class CpusyncQueue {
    private record Request(Cpusync sync, int index) {}

    private final Cpu cpu;
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private Cpusync holder;

    CpusyncQueue(final Cpu cpu) {
        this.cpu = cpu;
    }

    void add(final Cpusync sync, final int index) {
        waiting.add(new Request(sync, index));
    }

    /** Stops the CPU for the first that waits, if it is not stopped; between threads only. True when it did. */
    boolean stopForNext() {
        if (!isWanted()) {
            return false;
        }
        final Request first = waiting.poll();
        holder = first.sync();
        cpu.dropTokens();
        holder.stopped(cpu, first.index());
        return true;
    }

    void release(final Cpusync sync) {
        Kassert.check(holder == sync, "%s released by a cpusync that does not hold it", cpu);
        holder = null;
    }

    /** True while the CPU is stopped by a cpusync; in a machine that ends none is. */
    boolean isHeld() {
        return holder != null && !cpu.machine().isClosing();
    }

    /** True when it will be stopped in its next turn. */
    boolean isWanted() {
        return holder == null && !waiting.isEmpty();
    }

    /** True for the master, between interlock and deinterlock. */
    boolean isMaster(final CpuThread thread) {
        return thread != null && holder != null && holder.threadOn(cpu) == thread;
    }

    /** The only thread that may run while the CPU is stopped, if it has something to do; else null. */
    CpuThread runnable() {
        final CpuThread master = holder.threadOn(cpu);
        return master != null && master.onRunQueue ? master : null;
    }
}
