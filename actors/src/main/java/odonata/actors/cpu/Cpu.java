package odonata.actors.cpu;

import akka.actor.typed.Behavior;
import java.util.Set;
import odonata.actors.crossbar.Crossbar;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.protocol.clock.Clock;
import odonata.protocol.errno.NetError;

/** One emulated CPU ({@code globaldata}). API FIRST: bodies follow. */
@SuppressWarnings("DoNotCallSuggester")
public final class Cpu {
    private static UnsupportedOperationException follows() {
        return new UnsupportedOperationException("body follows");
    }

    /** Cluster-wide id. */
    public int id() {
        throw follows();
    }

    /** Member that hosts it. */
    public int member() {
        throw follows();
    }

    /** Its clock: wall clock, or its local virtual time. */
    public Clock clock() {
        throw follows();
    }

    /** Spends virtual time; nothing on the wall clock. */
    public void charge(final long ns) {
        throw follows();
    }

    /** Creates a thread; before the machine is started, or on the carrier. {@code portIndex} 0: the next free number. */
    public <C> Port<C> spawn(
            final String name,
            final int pri,
            final int portIndex,
            final ThreadClass threadClass,
            final Behavior<Msg<C>> behavior) {
        throw follows();
    }

    /** Registers a port without a thread. {@code portIndex} 0: the next free number. */
    public <C> Port<C> register(final int portIndex, final SyncPort<C> port) {
        throw follows();
    }

    /** Removes a port without a thread. */
    public void unregister(final Port<?> port) {
        throw follows();
    }

    /** Its counters. */
    public CpuCounters counters() {
        throw follows();
    }

    /** Its end of the crossbar. */
    public Crossbar crossbar() {
        throw follows();
    }

    /** The machine it is part of. */
    public Machine machine() {
        throw follows();
    }

    /** Runs a function on the carrier; any thread may ask. Fails when the inbox is full. */
    public void inject(final Runnable function) {
        throw follows();
    }

    /** Sends a message from a foreign thread; false when the inbox is full. Its reply port must be on a CPU. */
    public <C> boolean injectMsg(final Port<C> port, final Msg<C> msg) {
        throw follows();
    }

    /** Runs a function on another CPU of this machine, in the order of the ring; at once when it is this CPU. */
    public void sendIpi(final int targetCpu, final IpiFunc function) {
        throw follows();
    }

    /** True while its ports hold more than {@code lwkt.port.highwater} messages: take no packets from devices. */
    public boolean overloaded() {
        throw follows();
    }

    /** The ring from the uplink's receiving agent. */
    public UplinkRing uplinkRing() {
        throw follows();
    }

    /** Puts a request of another member on a port here; on the carrier. */
    public <C> void deliverRemote(
            final int portIndex,
            final C command,
            final int originCpu,
            final long msgId,
            final int replyIndex,
            final boolean priority) {
        throw follows();
    }

    /** Completes a message sent to another member; a late or unknown number is discarded. On the carrier. */
    public void completeRemote(final long msgId, final NetError error, final Object result) {
        throw follows();
    }

    /** Notes that a message is now held by another CPU. On the carrier. */
    public void forwardedRemote(final long msgId, final int newCpu) {
        throw follows();
    }

    /** Completes with EHOSTDOWN what waits for a reply of these CPUs. On the carrier. */
    public void hostDown(final Set<Integer> cpus) {
        throw follows();
    }
}
