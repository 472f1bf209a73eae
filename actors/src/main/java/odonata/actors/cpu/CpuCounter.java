package odonata.actors.cpu;

/** What a CPU counts. Names follow sysctl. */
public enum CpuCounter {
    /** Messages that threads of this CPU have taken from their ports. */
    MESSAGES("lwkt.messages", "messages", true),
    /** Changes from one thread to another. */
    SWITCHES("lwkt.switches", "switches", true),
    /** Interrupt threads that preempted the running thread. */
    PREEMPTIONS("lwkt.preempt_hit", "switches", true),
    /** Interrupt threads that could not preempt the running thread at once. */
    PREEMPT_MISSES("lwkt.preempt_miss", "switches", true),
    /** Wake-ups sent to CPUs that were found asleep. */
    IPIS_SENT("lwkt.ipiq.ipis_sent", "ipis", true),
    /** Wake-ups by other CPUs, of other members too; not those by foreign threads. */
    IPIS_RECEIVED("lwkt.ipiq.ipis_received", "ipis", true),
    /** Entries taken from inbound rings. */
    ENTRIES("lwkt.ipiq.entries", "entries", true),
    /** Sends that met a full ring or an uplink without credit. */
    RING_FULL("lwkt.ipiq.fifofull", "sends", true),
    /** Passive sends: the target is not woken. */
    PASSIVE("lwkt.ipiq.passive", "sends", true),
    /** Cpusyncs begun by threads of this CPU. */
    CPUSYNCS("lwkt.ipiq.cpusyncs", "cpusyncs", true),
    /** Times a thread was passed over because one of its tokens was busy. */
    TOKEN_COLLISIONS("lwkt.tokens.collisions", "times", true),
    /** Threads that have come from another CPU. */
    MIGRATIONS("lwkt.migrations", "threads", true),
    /** Messages, replies and functions passed on to where the thread that they are for has moved. */
    CHASED("lwkt.port.chased", "entries", true),
    /** Threads that an exception ended. */
    DEATHS("lwkt.deaths", "threads", true),
    /** Nanoseconds without anything to run. */
    IDLE_NS("lwkt.idle", "nanoseconds", true),
    /** Threads on the run queue. */
    RUN_QUEUE("lwkt.runqueue", "threads", false),
    /** Messages waiting on all ports. */
    QUEUE_DEPTH("lwkt.port.depth", "messages", false),
    /** Messages from foreign Java threads. */
    FOREIGN("lwkt.inbox.taken", "messages", true),
    /** Messages completed with EHOSTDOWN. */
    HOST_DOWN("lwkt.remote.hostdown", "messages", true),
    /** Replies that came after their message was completed, discarded. */
    LATE_REPLIES("lwkt.remote.late_replies", "messages", true),
    /** Messages to a thread that is not there. */
    NO_PORT("lwkt.port.missing", "messages", true),
    /** Messages to other members whose reply is awaited. */
    OUTSTANDING("lwkt.remote.outstanding", "messages", false);

    private final String sysctl;
    private final String unit;
    private final boolean rises;

    CpuCounter(final String sysctl, final String unit, final boolean rises) {
        this.sysctl = sysctl;
        this.unit = unit;
        this.rises = rises;
    }

    /** Name as in sysctl. */
    public String sysctl() {
        return sysctl;
    }

    /** Unit of the value. */
    public String unit() {
        return unit;
    }

    /** True when it only rises (a counter), false when it is a level (a gauge). */
    public boolean rises() {
        return rises;
    }
}
