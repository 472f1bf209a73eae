package odonata.actors.cpu;

import java.util.Set;
import java.util.TreeSet;
import odonata.protocol.errno.Kassert;

/**
 * Stops a set of CPUs, and runs a function once on each of them before it goes on ({@code lwkt_cpusync_*}).
 *
 * <p>Between interlock and deinterlock each CPU of the mask, and the one of the master, runs nothing but its rings: no thread,
 * no callout, no function of a foreign thread; on the master's CPU the master alone runs. A CPU stops between two threads, never
 * in the middle of one that waits for room in a ring.
 *
 * <p>Several at once: a CPU is stopped for one cpusync at a time, the others wait there in the order in which they came. Each asks
 * its CPUs, its master's included, one after the other in ascending order: the CPU that has stopped asks the next. So of all that
 * hold a CPU, the one that holds the highest waits for none, or for CPUs above it that nobody holds; it comes to its end, and then
 * the next. A stopped CPU goes on taking from its rings, so nobody waits for room for ever either. The kernel asks all at once
 * and lets two masters stop each other's CPU only in name; here the interval is exclusive.
 *
 * <p>Between the two the master may send, but not wait: {@code doMsg} and a second interlock are panics. CPUs that a panic had
 * stopped before the interlock are left out. A master that panics in between leaves its CPUs stopped, as a kernel would.
 *
 * <p>Thread: the master's carrier, except where said. Source: {@code sys/kern/lwkt_ipiq.c}.
 */
public final class Cpusync {
    private enum State {
        IDLE,
        INTERLOCKING,
        INTERLOCKED,
        DEINTERLOCKING
    }

    private final Set<Integer> wanted;
    private final IpiFunc function;
    private State state = State.IDLE;
    private Cpu master;
    private CpuThread thread;
    private int[] mask = {};
    private int[] order = {};
    private int missing;
    private Runnable then;

    private Cpusync(final Set<Integer> wanted, final IpiFunc function) {
        this.wanted = wanted;
        this.function = function;
    }

    /**
     * A cpusync that has stopped nothing yet; it can be used again and again, by one master at a time.
     *
     * @param mask CPU ids of one machine; with or without the master's
     * @param function runs on each CPU of the mask, on its carrier; may send, must not wait
     */
    public static Cpusync create(final Set<Integer> mask, final IpiFunc function) {
        return new Cpusync(new TreeSet<>(mask), function);
    }

    /** True between interlock and deinterlock. */
    public boolean isInterlocked() {
        return state == State.INTERLOCKED;
    }

    /**
     * Stops the CPUs, then runs {@code whenStopped} on the master's carrier, between threads. Threads use {@code Td}.
     *
     * @param here the master's CPU
     */
    public void interlock(final Cpu here, final Runnable whenStopped) {
        Kassert.check(state == State.IDLE, "interlock of a cpusync that is %s", state);
        Kassert.check(
                !here.cpusyncs().isMaster(here.curthread()),
                "second cpusync of %s between interlock and deinterlock",
                here.curthread());
        state = State.INTERLOCKING;
        master = here;
        thread = here.curthread();
        mask = running(here.machine(), wanted);
        final TreeSet<Integer> all = new TreeSet<>(Set.of(here.id()));
        for (final int cpu : mask) {
            all.add(cpu);
        }
        order = all.stream().mapToInt(Integer::intValue).toArray();
        then = whenStopped;
        here.counters().add(CpuCounter.CPUSYNCS, 1);
        askNext(here, 0);
    }

    /** Lets each CPU of the mask run the function, then go on; {@code whenDone} runs when all have, as after interlock. */
    public void deinterlock(final Runnable whenDone) {
        Kassert.check(state == State.INTERLOCKED, "deinterlock of a cpusync that is %s", state);
        state = State.DEINTERLOCKING;
        then = whenDone;
        missing = mask.length + 1;
        for (final int cpu : mask) {
            master.ipiq().send(cpu, this::runOn);
        }
        ran();
    }

    /** {@link #interlock}, then {@link #deinterlock} at once. */
    public void simple(final Cpu here, final Runnable whenDone) {
        interlock(here, () -> deinterlock(whenDone));
    }

    /** The thread that may run on {@code cpu} while it is stopped; null when none may. On that CPU's carrier. */
    CpuThread threadOn(final Cpu cpu) {
        return cpu == master ? thread : null;
    }

    /** A CPU has stopped for this cpusync. On that CPU's carrier. */
    void stopped(final Cpu cpu, final int index) {
        askNext(cpu, index + 1);
    }

    private void askNext(final Cpu from, final int index) {
        if (index < order.length) {
            from.ipiq().send(order[index], cpu -> cpu.cpusyncs().add(this, index));
        } else {
            from.ipiq().send(master.id(), cpu -> allStopped());
        }
    }

    private void allStopped() {
        state = State.INTERLOCKED;
        resume();
    }

    /** On a CPU of the mask. */
    private void runOn(final Cpu cpu) {
        try {
            function.run(cpu);
        } finally {
            if (cpu != master) {
                cpu.cpusyncs().release(this);
            }
            cpu.ipiq().send(master.id(), there -> ran());
        }
    }

    private void ran() {
        missing--;
        if (missing == 0) {
            state = State.IDLE;
            master.cpusyncs().release(this);
            resume();
        }
    }

    private void resume() {
        final Runnable next = then;
        then = null;
        next.run();
    }

    private static int[] running(final Machine machine, final Set<Integer> cpus) {
        return cpus.stream()
                .filter(cpu -> !machine.cpu(cpu).isStopped())
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
