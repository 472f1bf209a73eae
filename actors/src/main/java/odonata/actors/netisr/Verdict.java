package odonata.actors.netisr;

/** What a protocol thread must do with a packet. */
public enum Verdict {
    /** Serve it here and now. */
    SERVE,
    /** It waits here, in order, until the bucket or the map version is there. */
    HOLD,
    /** Pass it on to the owner. */
    FORWARD,
    /** It would have to wait, but as many as may are waiting already: count and free it. */
    REFUSE
}
