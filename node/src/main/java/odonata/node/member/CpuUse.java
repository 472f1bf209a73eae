package odonata.node.member;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * CPU time that the process used, over the last ten seconds: the system counts it in steps of ten milliseconds, which is too coarse
 * for a window of one second. Thread: one owner.
 */
final class CpuUse {
    static final long SPAN_NS = TimeUnit.SECONDS.toNanos(10);

    private final Deque<Reading> readings = new ArrayDeque<>();

    private record Reading(long usedNs, long atNs) {}

    /**
     * Cores used since the oldest reading of the span; 0 at the first.
     *
     * @param usedNs CPU time of the process since its start
     */
    double cores(final long usedNs, final long nowNs) {
        while (readings.size() > 1 && nowNs - readings.getFirst().atNs > SPAN_NS) {
            readings.removeFirst();
        }
        final Reading first = readings.isEmpty() ? new Reading(usedNs, nowNs) : readings.getFirst();
        readings.addLast(new Reading(usedNs, nowNs));
        return nowNs == first.atNs ? 0 : Math.max(0, usedNs - first.usedNs) / (double) (nowNs - first.atNs);
    }
}
