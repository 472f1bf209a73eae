package odonata.actors.cpu;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.ToLongFunction;
import odonata.actors.crossbar.IpiRing;

/** What one CPU has sent to each other: the rings count for CPUs of this machine, this class for the rest. */
final class PairCounters {
    private static final int MESSAGES = 0;
    private static final int FULL = 1;

    private final Cpu cpu;
    private final AtomicLong local = new AtomicLong();
    private long localNow;
    private int lastTo = -1;
    private AtomicLongArray last;
    private final Map<Integer, AtomicLongArray> remote = new ConcurrentHashMap<>();

    PairCounters(final Cpu cpu) {
        this.cpu = cpu;
    }

    /** A message to a port of this CPU. */
    void local() {
        localNow++;
    }

    /** What has been counted here is seen by others from now on. */
    void publish() {
        if (localNow != local.getPlain()) {
            local.setOpaque(localNow);
        }
    }

    void message(final int to) {
        count(to, MESSAGES);
    }

    void full(final int to) {
        count(to, FULL);
        cpu.counters().add(CpuCounter.RING_FULL, 1);
    }

    long messagesTo(final int to) {
        if (to == cpu.id()) {
            return local.getOpaque();
        }
        return cpu.machine().hosts(to) ? ofRing(to, IpiRing::sent) : ofRemote(to, MESSAGES);
    }

    long ipisTo(final int to) {
        return cpu.machine().hosts(to) ? ofRing(to, IpiRing::ipis) : 0;
    }

    long ringFullTo(final int to) {
        return cpu.machine().hosts(to) ? ofRing(to, IpiRing::fullEvents) : ofRemote(to, FULL);
    }

    private void count(final int to, final int what) {
        if (to != lastTo) {
            last = remote.computeIfAbsent(to, key -> new AtomicLongArray(2));
            lastTo = to;
        }
        last.setOpaque(what, last.getPlain(what) + 1);
    }

    private long ofRing(final int to, final ToLongFunction<IpiRing> figure) {
        if (to == cpu.id()) {
            return 0;
        }
        final IpiRing ring = cpu.crossbar().ringTo(cpu.machine().slotOf(to));
        return ring == null ? 0 : figure.applyAsLong(ring);
    }

    private long ofRemote(final int to, final int what) {
        final AtomicLongArray pair = remote.get(to);
        return pair == null ? 0 : pair.getOpaque(what);
    }
}
