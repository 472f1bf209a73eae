package odonata.actors.cpu;

/** A CPU's inbound ring from the uplink's receiving agent. One producer: that agent's thread. */
public interface UplinkRing {

    /** Appends an entry (Msg, or {@link IpiFunc}); false when the ring is full, then try again later. */
    boolean offer(Object entry);

    /** As {@link #offer(Object)}, in virtual time: the CPU sees it at {@code dueNs}, not before. */
    boolean offer(Object entry, long dueNs);

    /** Wakes the CPU if it sleeps; call it once after a batch. */
    void wake();
}
