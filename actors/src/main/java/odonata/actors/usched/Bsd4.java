package odonata.actors.usched;

import java.util.function.Predicate;

/**
 * The classic BSD multilevel feedback: who has used the CPU gets a worse priority, which decays; equal ones take turns ten times a
 * second.
 *
 * <ul>
 *   <li>A thread that returns to user mode takes the designation from a thread of strictly worse priority.
 *   <li>At the end of a quantum the designated thread gives way to one of its own queue or a better one; before that only to one
 *       that is better by a whole queue.
 * </ul>
 *
 * <p>Source: {@code sys/kern/usched_bsd4.c}; there one set of queues serves all CPUs, here each CPU has its own, and threads move
 * between them.
 */
public final class Bsd4 implements Usched {
    /** Estimated use of a thread that does nothing but run. */
    public static final int ESTCPU_MAX = 16_384;

    private static final int ESTCPU_PER_QUEUE = 512;
    private static final int ESTCPU_PER_TICK = ESTCPU_MAX / ESTCPUFREQ + 1;
    private static final int FORK_CHILD = 4 * ESTCPU_PER_QUEUE;
    private static final int FORK_PARENT = ESTCPU_PER_QUEUE / 16;
    private static final int QUANTUM_TICKS = ESTCPUFREQ / 10;
    private static final int DECAY = 8;
    private static final long SLEPT_LONG_NS = 1_000_000_000L;

    /** Ticks until a thread that needs the CPU most of the time counts as batch work, and back. */
    private static final int BATCH_MAX = 30 * ESTCPUFREQ;

    private static final int PER_NICE = 2;
    private static final int NICE_PART = (SchedParam.NICE_MAX - SchedParam.NICE_MIN) * PER_NICE;
    private static final int ESTCPU_PART = ESTCPU_MAX * UserQueues.PPQ / ESTCPU_PER_QUEUE;

    private final UschedCpu cpu;
    private final Seat seat = new Seat();
    private final UserQueues queues = new UserQueues();

    /** A policy with empty queues. */
    public Bsd4(final UschedCpu cpu) {
        this.cpu = cpu;
    }

    @Override
    public boolean acquireCurproc(final Lwp lp) {
        recalculateEstcpu(lp);
        if (seat.lp() == lp && cpu.userReschedWanted()) {
            cpu.clearUserResched();
            if (giveWay(lp)) {
                queues.add(lp);
                return false;
            }
        }
        if (seat.lp() != lp) {
            if (!seat.isFree() && lp.priority >= seat.lp().priority) {
                setrunqueue(lp);
                return false;
            }
            designate(lp);
        }
        return true;
    }

    @Override
    public void releaseCurproc(final Lwp lp) {
        if (seat.lp() == lp) {
            seat.free();
            select();
        }
    }

    @Override
    public void setrunqueue(final Lwp lp) {
        queues.add(lp);
        if (seat.isFree()) {
            select();
        } else if (isBetterByAQueue(lp, seat.lp())) {
            cpu.needUserResched();
        }
    }

    @Override
    public void remrunqueue(final Lwp lp) {
        queues.remove(lp);
    }

    @Override
    public void schedulerclock(final Lwp lp) {
        lp.quantum++;
        if (isQuantumOver(lp)) {
            cpu.needUserResched();
        }
        lp.ticks++;
        lp.estcpu = limit(lp.estcpu + ESTCPU_PER_TICK);
        resetpriority(lp);
    }

    @Override
    public void recalculateEstcpu(final Lwp lp) {
        final long now = cpu.nowNs();
        final long ticks = (now - lp.measuredNs) / TICK_NS;
        if (lp.awake(now) > SLEPT_LONG_NS) {
            lp.estcpu /= 2;
            lp.batch = Math.max(0, lp.batch - ESTCPUFREQ);
        } else if (ticks > 0) {
            final long used = Math.min(lp.ticks, ticks);
            lp.estcpu = (int) (((long) DECAY * lp.estcpu + used * ESTCPU_MAX / ticks) / (DECAY + 1));
            lp.batch = (int) Math.max(0, Math.min(BATCH_MAX, lp.batch + (2 * used > ticks ? ticks : -ticks)));
        } else {
            return;
        }
        lp.measuredNs = now;
        lp.ticks = 0;
        resetpriority(lp);
    }

    @Override
    public void resetpriority(final Lwp lp) {
        final int priority = priorityOf(lp);
        if (lp.queued && UserQueues.indexOf(priority) != UserQueues.indexOf(lp.priority)) {
            queues.remove(lp);
            lp.priority = priority;
            queues.add(lp);
        } else {
            lp.priority = priority;
        }
        if (seat.lp() == lp) {
            seat.update();
        } else if (lp.queued && !seat.isFree() && isBetterByAQueue(lp, seat.lp())) {
            cpu.needUserResched();
        }
    }

    @Override
    public void forking(final Lwp parent, final Lwp child) {
        child.estcpu = limit(parent.estcpu + FORK_CHILD);
        child.batch = parent.batch;
        child.measuredNs = cpu.nowNs();
        child.priority = priorityOf(child);
        parent.estcpu = limit(parent.estcpu + FORK_PARENT);
        resetpriority(parent);
    }

    @Override
    public void exiting(final Lwp lp) {
        remrunqueue(lp);
        releaseCurproc(lp);
    }

    @Override
    public Lwp pull(final Predicate<Lwp> may) {
        final Lwp best = queues.best(may);
        if (best != null) {
            queues.remove(best);
        }
        return best;
    }

    @Override
    public int queued() {
        return queues.size();
    }

    @Override
    public Lwp curproc() {
        return seat.lp();
    }

    @Override
    public int upri() {
        return seat.upri();
    }

    /** Gives the designation of {@code lp} to the best of the queues, if that is a reason to. */
    private boolean giveWay(final Lwp lp) {
        final Lwp next = queues.best();
        final boolean over = isQuantumOver(lp);
        if (over) {
            lp.quantum = 0;
        }
        if (next == null) {
            return false;
        }
        final boolean gives = over
                ? UserQueues.indexOf(next.priority) <= UserQueues.indexOf(lp.priority)
                : isBetterByAQueue(next, lp);
        if (gives) {
            select();
        }
        return gives;
    }

    /** The best of the queues, if there is one, is designated and scheduled. */
    private void select() {
        final Lwp next = queues.best();
        if (next != null) {
            queues.remove(next);
            designate(next);
            next.schedule();
        }
    }

    private void designate(final Lwp lp) {
        lp.quantum = 0;
        seat.give(lp);
    }

    private static boolean isQuantumOver(final Lwp lp) {
        return lp.quantum >= QUANTUM_TICKS;
    }

    private static boolean isBetterByAQueue(final Lwp lp, final Lwp than) {
        return lp.priority + UserQueues.PPQ <= than.priority;
    }

    private static int limit(final int estcpu) {
        return Math.min(estcpu, ESTCPU_MAX);
    }

    private static int priorityOf(final Lwp lp) {
        final SchedParam param = lp.param();
        if (param.userClass() != UserClass.NORMAL) {
            return param.userClass().base() + param.fixed();
        }
        final int half = lp.estcpu / 2;
        final int estcpu = half + half * lp.batch / BATCH_MAX;
        final int parts = (param.nice() - SchedParam.NICE_MIN) * PER_NICE + estcpu * UserQueues.PPQ / ESTCPU_PER_QUEUE;
        final int scaled = parts * UserClass.RANGE / (NICE_PART + ESTCPU_PART);
        return UserClass.NORMAL.base() + Math.min(scaled, UserClass.RANGE - 1);
    }
}
