package odonata.actors.cpu;

import java.util.Set;
import java.util.function.Predicate;
import odonata.actors.crossbar.Crossbar;
import odonata.actors.crossbar.IpiRing;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;

/**
 * The calls of the crossbar: functions sent to other CPUs of the machine, in the order of the ring of the pair.
 *
 * <p>Thread: the carrier of this CPU. A send may wait for room in the ring and then executes what the own rings hold. What the
 * kernel waits for by polling ({@link #waitIpiq}, {@link #synchronize}) is here a function that runs when the answer is there,
 * as an entry of an own ring: no carrier waits. Source: {@code sys/kern/lwkt_ipiq.c}.
 */
public final class Ipiq {
    /** Of the kernel's clock, 100 a second: an idle CPU sees a passive entry after this time at the latest. */
    static final long TICK_NS = 10_000_000;

    /** Makes its target look. */
    static final IpiFunc LOOK = cpu -> {};

    private final Cpu cpu;
    private final Machine machine;
    private final Crossbar crossbar;
    private final Callout tick;

    Ipiq(final Cpu cpu, final Crossbar crossbar) {
        this.cpu = cpu;
        this.machine = cpu.machine();
        this.crossbar = crossbar;
        tick = cpu.callout(() -> crossbar.sendBehindPassive(LOOK, dueNs()));
    }

    /**
     * Runs a function on a CPU, which is woken if it sleeps; at once when it is this CPU ({@code lwkt_send_ipiq}).
     *
     * @return sequence number for {@link #waitIpiq}; 0 when there is nothing to wait for
     */
    public long send(final int target, final IpiFunc function) {
        if (isSelf(target)) {
            function.run(cpu);
            return 0;
        }
        return crossbar.send(machine.slotOf(target), function, dueNs());
    }

    /**
     * As {@link #send}, for work that nobody waits for: the target is not woken. It runs the function when it looks at its rings
     * next, an idle target within a tick. From a quarter of the ring on it is woken ({@code lwkt_send_ipiq_passive}).
     */
    public long sendPassive(final int target, final IpiFunc function) {
        if (isSelf(target)) {
            function.run(cpu);
            return 0;
        }
        cpu.counters().add(CpuCounter.PASSIVE, 1);
        if (!tick.isPending()) {
            tick.reset(TICK_NS);
        }
        return crossbar.sendPassive(machine.slotOf(target), function, dueNs());
    }

    /**
     * As {@link #send}, but never waits for room: ENOENT, and nothing sent, when the ring is two thirds full or more; else OK
     * ({@code lwkt_send_ipiq_nowait}).
     */
    public NetError sendNowait(final int target, final IpiFunc function) {
        if (isSelf(target)) {
            function.run(cpu);
            return NetError.OK;
        }
        return crossbar.sendNowait(machine.slotOf(target), function, dueNs()) ? NetError.OK : NetError.ENOENT;
    }

    /**
     * {@link #send} to each CPU of a set, from this one upward and then from the lowest on; those that a panic has stopped are
     * left out ({@code lwkt_send_ipiq_mask}). All must be of this machine.
     *
     * @return how many it was sent to
     */
    public int sendMask(final Set<Integer> targets, final IpiFunc function) {
        for (final int target : targets) {
            checkTarget(target);
        }
        int n = 0;
        for (final Cpu target : machine.cpusFrom(cpu.id())) {
            if (targets.contains(target.id()) && !target.isStopped()) {
                send(target.id(), function);
                n++;
            }
        }
        return n;
    }

    /**
     * Runs {@code then} on this CPU when the entry with that number, and so each before it, has been executed: at once if that is
     * so already, else as an entry of the ring from the target ({@code lwkt_wait_ipiq}).
     *
     * @param sequence what the send to {@code target} returned
     */
    public void waitIpiq(final int target, final long sequence, final Runnable then) {
        checkTarget(target);
        if (sequence == 0 || executedBy(target) >= sequence) {
            then.run();
        } else {
            echo(target, then);
        }
    }

    /**
     * Barrier: a message to each other CPU that runs, and back. When {@code then} runs, each of them has executed what this CPU
     * had sent it before, and this CPU what it had been sent before they answered ({@code lwkt_synchronize_ipiqs}).
     */
    public void synchronize(final Runnable then) {
        echoFrom(target -> true, then);
    }

    /** Runs {@code then} here when all that this CPU has sent to any other so far has been executed; as {@link #synchronize}. */
    void drain(final Runnable then) {
        echoFrom(this::owes, then);
    }

    private boolean owes(final Cpu target) {
        final IpiRing ring = crossbar.ringTo(machine.slotOf(target.id()));
        return ring != null && ring.executed() < ring.sent();
    }

    private void echoFrom(final Predicate<Cpu> which, final Runnable then) {
        final int[] missing = {1};
        final Runnable answered = () -> {
            if (--missing[0] == 0) {
                then.run();
            }
        };
        for (final Cpu target : machine.cpusFrom(cpu.id())) {
            if (target != cpu && !target.isStopped() && which.test(target)) {
                missing[0]++;
                echo(target.id(), answered);
            }
        }
        answered.run();
    }

    /** There and back: {@code then} runs here when all sent before has been executed there. */
    private void echo(final int target, final Runnable then) {
        final int self = cpu.id();
        send(target, there -> there.ipiq().send(self, here -> then.run()));
    }

    private long executedBy(final int target) {
        final IpiRing ring = crossbar.ringTo(machine.slotOf(target));
        return ring == null ? 0 : ring.executed();
    }

    private boolean isSelf(final int target) {
        Kassert.check(cpu.onCarrier(), "ipi sent by a foreign thread; use Cpu.inject");
        checkTarget(target);
        return target == cpu.id();
    }

    private void checkTarget(final int target) {
        Kassert.check(machine.hosts(target), "ipi to CPU %d of another machine", target);
    }

    private long dueNs() {
        return cpu.driver().ringNs() + cpu.driver().hopNs();
    }
}
