package odonata.ssi.sim;

import java.util.ArrayDeque;
import java.util.Optional;
import odonata.actors.cpu.UplinkRing;

/**
 * What is on its way from one member to one CPU of another: first in, first out, at most a window of entries not yet taken.
 * Thread: the conductor's.
 */
final class SimLink {
    private final int window;
    private final ArrayDeque<SimEntry> arrived = new ArrayDeque<>();
    private final ArrayDeque<SimEntry> held = new ArrayDeque<>();
    private long lastDueNs;
    private long sent;
    private long allowed;
    private long stalls;
    private boolean retrying;
    private boolean cut;

    SimLink(final int window) {
        this.window = window;
        this.allowed = window;
    }

    /** False also while older entries wait for credit. */
    boolean hasCredit() {
        return sent < allowed && held.isEmpty();
    }

    /** Keeps an entry until there is credit for it. */
    void hold(final SimEntry entry) {
        held.add(entry);
    }

    /** The first of the kept ones, when there is credit for it now. */
    Optional<SimEntry> release() {
        return sent < allowed ? Optional.ofNullable(held.poll()) : Optional.empty();
    }

    void stalled() {
        stalls++;
    }

    /** Uses a credit; when the entry arrives if it would take until {@code dueNs} alone. */
    long send(final long dueNs) {
        sent++;
        lastDueNs = Math.max(lastDueNs, dueNs);
        return lastDueNs;
    }

    void giveBack() {
        allowed++;
    }

    /** The entry is there; it goes onto the ring behind those that found it full. False when some are left. */
    boolean deliver(final SimEntry entry, final UplinkRing ring) {
        arrived.add(entry);
        return drain(ring);
    }

    boolean drain(final UplinkRing ring) {
        while (!arrived.isEmpty() && ring.offer(arrived.peek())) {
            arrived.remove();
        }
        ring.wake();
        return arrived.isEmpty();
    }

    /** True for the first of several that want to try again later. */
    boolean beginRetry() {
        final boolean first = !retrying;
        retrying = true;
        return first;
    }

    void endRetry() {
        retrying = false;
    }

    void cut() {
        cut = true;
        arrived.clear();
        held.clear();
    }

    boolean isCut() {
        return cut;
    }

    long sent() {
        return sent;
    }

    long underWay() {
        return sent - (allowed - window);
    }

    long stalls() {
        return stalls;
    }
}
