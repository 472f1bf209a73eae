package odonata.actors.netisr;

import java.util.BitSet;
import odonata.actors.netisr.NetMsg.Handover;

/** What a {@link Partition} wants done; called in order, inside the call that caused it, on the CPU's carrier. */
interface PartitionActions {

    /** Sends a marker to another CPU, behind every packet steered to it so far; nothing happens when it is dead. */
    void sendMarker(int cpu, long version);

    /** Has every protocol thread of this CPU work off what it has queued, then calls {@link Partition#synced}. */
    void sync(long token);

    /** Takes the flow state of {@code buckets} out of this CPU's tables and sends each bucket's to its owner. */
    void handOver(BitSet buckets, long version);

    /** Adds the flow state in {@code handover} to this CPU's tables. */
    void install(Handover handover);

    /** Passes a hand-over that came too late on to {@code target}. */
    void passOn(Handover handover, int target);

    /** Drops the flow state of a bucket that was given to somebody else behind this CPU's back. */
    void forget(int bucket);

    /** Has every protocol thread look again at the packets it holds, behind what it has queued. */
    void release();

    /** Reports {@link PartitionEvents#applied}. */
    void applied(long version);

    /** Reports {@link PartitionEvents#tookOver}. */
    void tookOver(long version);

    /** Reports {@link PartitionEvents#left}. */
    void left(long version);
}
