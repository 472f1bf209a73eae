package odonata.actors.usched;

import java.util.function.Predicate;

/**
 * The user scheduler of one CPU: a replaceable policy above LWKT (R9). At most one user thread of the CPU is designated, and only it
 * may run user code; those that wait for it are in the policy's queues, not on the run queue of LWKT. Threads inside the kernel are
 * none of its business.
 *
 * <p>Owner: the carrier of the CPU, but for {@link #upri}. Source: {@code struct usched} in {@code sys/sys/usched.h}.
 */
public interface Usched {
    /** Ticks of {@link #schedulerclock} in a second. */
    int ESTCPUFREQ = 50;

    /** Time between two of them. */
    long TICK_NS = 1_000_000_000L / ESTCPUFREQ;

    /** A policy that processes may choose by its name. */
    record Policy(String name, Factory factory) {}

    /** A policy for one CPU. */
    @FunctionalInterface
    interface Factory {
        /** A policy with empty queues. */
        Usched create(UschedCpu cpu);
    }

    /**
     * The running thread wants to return to user mode: true when it is designated now. False: it is in the queues, has to block, and
     * asks again when it has been scheduled.
     */
    boolean acquireCurproc(Lwp lp);

    /** A thread blocks: if it is designated it is not any more, and a successor is chosen and scheduled. */
    void releaseCurproc(Lwp lp);

    /** A thread that does not run, and is not designated, became runnable: into the queues, or chosen at once. */
    void setrunqueue(Lwp lp);

    /** Takes a thread out of the queues, if it is there. */
    void remrunqueue(Lwp lp);

    /** A tick passed in which this thread, the designated one, ran. */
    void schedulerclock(Lwp lp);

    /** Lets the use of a thread that does not sleep decay; once a second, and when it wakes. */
    void recalculateEstcpu(Lwp lp);

    /** Use, class or nice have changed. */
    void resetpriority(Lwp lp);

    /** A child is made, which is on no CPU yet: what it inherits, what the parent is charged. */
    void forking(Lwp parent, Lwp child);

    /** A thread has ended, or leaves this CPU or this policy: neither designated nor queued any more. */
    void exiting(Lwp lp);

    /** Takes the best thread out of the queues that may go to another CPU; null when none may. */
    Lwp pull(Predicate<Lwp> may);

    /** Threads in the queues. */
    int queued();

    /** The designated thread; null when there is none. */
    Lwp curproc();

    /** Priority of the designated thread, {@link UserClass#NOBODY} when there is none. Any thread may ask. */
    int upri();
}
