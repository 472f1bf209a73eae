package odonata.ssi.membership;

/** How far a drain has come; the member acts when it sees its own stage in the replicated state. */
public enum DrainStage {
    /** Not draining. */
    NONE,
    /** Its devices tell their clients to stop; it says so when they have. */
    INTAKE,
    /** Its buckets move to other CPUs. */
    MOVING,
    /** It owns nothing and is listed no more; its CPUs wait until all others steer past them. */
    PASSING,
    /** Nothing can reach it any more: it hands in its counters and leaves. */
    RELEASED
}
