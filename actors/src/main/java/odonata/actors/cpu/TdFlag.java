package odonata.actors.cpu;

/** Flags of a thread ({@code td_flags}): those of the kernel that mean something here (2.2). */
public enum TdFlag {
    /** Runs now, or is what an interrupt thread preempted. */
    RUNNING,
    /** Is on the run queue; so is the running thread. */
    RUNQ,
    /** Was preempted: goes on when the interrupt threads above it are through. */
    PREEMPT_LOCK,
    /** Has preempted another, to which its CPU returns. */
    PREEMPTING,
    /** Was taken off the run queue until somebody schedules it. */
    STOPREQ,
    /** Between two CPUs: nobody runs it. */
    MIGRATING,
    /** Sleeps on an identity. */
    TSLEEPQ,
    /** Waits for one message, a wait queue, a token or an event, and receives nothing else meanwhile. */
    BLOCKED,
    /** An interrupt thread: may preempt. */
    INTTHREAD
}
