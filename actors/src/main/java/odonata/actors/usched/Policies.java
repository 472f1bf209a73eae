package odonata.actors.usched;

import java.util.List;
import java.util.function.Predicate;
import odonata.protocol.errno.Kassert;

/**
 * The policies of one CPU, which share its one designation (I55). Each schedules its own threads as if it were alone; who would be
 * designated then is designated if its policy has the CPU, and else parked: off the run queue, like one that is queued.
 *
 * <p>Which policy has the CPU: class first, then turns. A thread of an earlier class takes the CPU for its policy; among policies that have
 * threads of one class it goes round, when the designated one blocks, and after {@link #TURN_TICKS}. A policy that has nobody
 * is passed over, so that one policy alone decides as if this class were not there.
 *
 * <p>Owner: the carrier of the CPU, but for {@link #upri} and {@link #queued}.
 */
public final class Policies implements Usched {
    /** Ticks of user time until another policy has its turn: a tenth of a second, as inside {@link Bsd4}. */
    public static final int TURN_TICKS = ESTCPUFREQ / 10;

    private static final int NOBODY = -1;

    private final UschedCpu cpu;
    private final List<Policy> known;
    private final List<Usched> policies;
    private int active = NOBODY;
    private int ticks;
    private volatile int upri = UserClass.NOBODY;
    private volatile int queued;

    /** Policies with empty queues; threads begin with the first. */
    public Policies(final UschedCpu cpu, final List<Policy> known) {
        Kassert.check(!known.isEmpty(), "a CPU without a user scheduler");
        this.cpu = cpu;
        this.known = List.copyOf(known);
        policies = known.stream().map(policy -> policy.factory().create(cpu)).toList();
    }

    /** Gives a thread, which runs in the kernel, to another policy; false when none has that name. */
    public boolean change(final Lwp lp, final String name) {
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).name().equals(name)) {
                exiting(lp);
                lp.policy = i;
                resetpriority(lp);
                return true;
            }
        }
        return false;
    }

    /** Name of the policy of a thread. */
    public String nameOf(final Lwp lp) {
        return known.get(lp.policy).name();
    }

    @Override
    public boolean acquireCurproc(final Lwp lp) {
        final Usched own = of(lp);
        final Lwp before = own.curproc();
        lp.parked = false;
        boolean designated = own.acquireCurproc(lp);
        if (designated && before != null && before != lp && before.parked) {
            wake(before); // finds that it has lost its place, and queues
        }
        if (designated && !mayHave(lp)) {
            lp.parked = true;
            designated = false;
        }
        publish();
        return designated;
    }

    @Override
    public void releaseCurproc(final Lwp lp) {
        final boolean designated = curproc() == lp;
        lp.parked = false;
        of(lp).releaseCurproc(lp);
        if (designated) {
            pass();
        }
        publish();
    }

    @Override
    public void setrunqueue(final Lwp lp) {
        of(lp).setrunqueue(lp);
        if (active == NOBODY) {
            activate(lp.policy);
        }
        publish();
    }

    @Override
    public void remrunqueue(final Lwp lp) {
        of(lp).remrunqueue(lp);
        publish();
    }

    @Override
    public void schedulerclock(final Lwp lp) {
        of(lp).schedulerclock(lp);
        ticks++;
        if (isDue(nextParked(), lp)) {
            cpu.needUserResched();
        }
        publish();
    }

    @Override
    public void recalculateEstcpu(final Lwp lp) {
        of(lp).recalculateEstcpu(lp);
        publish();
    }

    @Override
    public void resetpriority(final Lwp lp) {
        of(lp).resetpriority(lp);
        publish();
    }

    @Override
    public void forking(final Lwp parent, final Lwp child) {
        of(parent).forking(parent, child);
        publish();
    }

    @Override
    public void exiting(final Lwp lp) {
        final boolean designated = curproc() == lp;
        lp.parked = false;
        of(lp).exiting(lp);
        if (designated) {
            pass();
        }
        publish();
    }

    @Override
    public Lwp pull(final Predicate<Lwp> may) {
        for (final Usched policy : policies) {
            final Lwp candidate = policy.curproc();
            if (candidate != null && candidate.parked && may.test(candidate)) {
                exiting(candidate);
                return candidate;
            }
            final Lwp waiting = policy.pull(may);
            if (waiting != null) {
                publish();
                return waiting;
            }
        }
        return null;
    }

    /** Any thread may ask. */
    @Override
    public int queued() {
        return queued;
    }

    @Override
    public Lwp curproc() {
        return active == NOBODY ? null : policies.get(active).curproc();
    }

    @Override
    public int upri() {
        return upri;
    }

    /** Whether the candidate of a policy may run; if not, another policy has the CPU, or has it from now on. */
    private boolean mayHave(final Lwp lp) {
        final Lwp now = curproc();
        if (now == null) {
            activate(lp.policy);
        } else if (active != lp.policy) {
            if (classOf(lp) >= classOf(now)) {
                return false;
            }
            activate(lp.policy);
        }
        final Lwp other = nextParked();
        if (isDue(other, lp)) {
            activate(other.policy);
            wake(other);
            return false;
        }
        return true;
    }

    /** The designated thread is so no more: the CPU goes to the next policy that has one of the best class. */
    private void pass() {
        Lwp best = null;
        for (int i = 1; i <= policies.size(); i++) {
            final Lwp candidate = policies.get((active + i) % policies.size()).curproc();
            if (candidate != null && (best == null || classOf(candidate) < classOf(best))) {
                best = candidate;
            }
        }
        if (best == null) {
            active = NOBODY;
        } else {
            activate(best.policy);
            if (best.parked) {
                wake(best);
            }
        }
    }

    private void activate(final int policy) {
        if (active != policy) {
            active = policy;
            ticks = 0;
        }
    }

    private static void wake(final Lwp lp) {
        lp.parked = false;
        lp.schedule();
    }

    /** Whether one that is parked, or null, shall run instead of the one that has the CPU. */
    private boolean isDue(final Lwp other, final Lwp lp) {
        return other != null
                && (classOf(other) < classOf(lp) || (ticks >= TURN_TICKS && classOf(other) == classOf(lp)));
    }

    /** The parked one of the best class, of the policy whose turn is next; null when there is none. */
    private Lwp nextParked() {
        Lwp best = null;
        for (int i = 1; i < policies.size(); i++) {
            final Lwp candidate = policies.get((active + i) % policies.size()).curproc();
            if (candidate != null && candidate.parked && (best == null || classOf(candidate) < classOf(best))) {
                best = candidate;
            }
        }
        return best;
    }

    private void publish() {
        int waiting = 0;
        for (final Usched policy : policies) {
            final Lwp candidate = policy.curproc();
            waiting += policy.queued() + (candidate != null && candidate.parked ? 1 : 0);
        }
        queued = waiting;
        upri = active == NOBODY ? UserClass.NOBODY : policies.get(active).upri();
    }

    private Usched of(final Lwp lp) {
        return policies.get(lp.policy);
    }

    private static int classOf(final Lwp lp) {
        return lp.param().userClass().base();
    }
}
