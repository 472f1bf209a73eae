package odonata.ssi.membership;

import java.util.Locale;

/** Kinds of {@link ClusterEvent}; the order is the wire format, new ones go to the end. */
public enum EventKind {
    /** A member came and got its ids. */
    JOIN,
    /** A member is ready and receives buckets. */
    UP,
    /** A drain was asked for, called off, or went one stage on. */
    DRAIN,
    /** A member left and handed in its counters. */
    LEAVE,
    /** A member died. */
    CRASH,
    /** Buckets began to move, or all have arrived. */
    MOVE,
    /** A load was started or stopped. */
    LOAD,
    /** A capture was replayed. */
    REPLAY,
    /** A rebalance by measured load. */
    REBALANCE,
    /** Something went wrong that a person should look at. */
    ERROR;

    /** Name in snapshots: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
