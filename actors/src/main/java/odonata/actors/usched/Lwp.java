package odonata.actors.usched;

/**
 * A user thread as the user scheduler sees it: {@code struct lwp} with its {@code lwp_usdata}. Owner: the carrier of its CPU;
 * before it is started, who makes it.
 */
public final class Lwp {
    private static final long AWAKE = -1;

    private final int pid;
    private final Runnable scheduler;
    private SchedParam param;
    private long blockedNs = AWAKE;

    int priority;
    int estcpu;
    int batch;
    int ticks;
    int quantum;
    long measuredNs;
    boolean queued;

    /** Which of the policies of its CPU schedules it. */
    int policy;

    /** Its policy would let it run; another policy has the CPU. */
    boolean parked;

    /**
     * A thread that has used nothing yet.
     *
     * @param scheduler makes it runnable in LWKT; called when a policy has chosen it from its queues
     */
    public Lwp(final int pid, final SchedParam param, final Runnable scheduler) {
        this.pid = pid;
        this.param = param;
        this.scheduler = scheduler;
        priority = param.userClass().base() + param.fixed();
    }

    /** Its process. */
    public int pid() {
        return pid;
    }

    /** Class and nice. */
    public SchedParam param() {
        return param;
    }

    /** Changes them; {@link Usched#resetpriority} has to follow. */
    public void param(final SchedParam newParam) {
        param = newParam;
    }

    /** 0..383, lower is better. */
    public int priority() {
        return priority;
    }

    /** Estimated use of the CPU, 0..{@link Bsd4#ESTCPU_MAX}. */
    public int estcpu() {
        return estcpu;
    }

    /** True while it waits for the designation: in the queues of its policy, or with that for another policy. */
    public boolean isQueued() {
        return queued || parked;
    }

    /** A child is scheduled by the policy of its parent. */
    public void inheritPolicy(final Lwp parent) {
        policy = parent.policy;
    }

    /** It has blocked, unless it had already. */
    public void blocked(final long nowNs) {
        if (blockedNs == AWAKE) {
            blockedNs = nowNs;
        }
    }

    /** It is awake; for how long it was blocked. */
    long awake(final long nowNs) {
        final long slept = blockedNs == AWAKE ? 0 : nowNs - blockedNs;
        blockedNs = AWAKE;
        return slept;
    }

    /** Makes it runnable in LWKT. */
    void schedule() {
        scheduler.run();
    }

    @Override
    public String toString() {
        return "pid " + pid + " pri " + priority;
    }
}
