package odonata.node.snapshot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import odonata.protocol.flow.Imbalance;

/** The imbalance index over a sliding window of the CPUs' packet counters. */
final class Spread {
    private final long windowMs;
    private final Deque<Point> history = new ArrayDeque<>();
    private int luckFlows;
    private int luckCpus;
    private double luck = 1;

    Spread(final long windowMs) {
        this.windowMs = windowMs;
    }

    private record Point(long atMs, Map<Integer, Long> packets) {}

    ImbalanceView index(final List<CpuView> live, final long nowMs) {
        final Map<Integer, Long> packets = new TreeMap<>();
        live.forEach(cpu -> packets.put(cpu.cpu(), cpu.packets()));
        history.addLast(new Point(nowMs, packets));
        while (history.size() > 1 && nowMs - history.peekFirst().atMs() > windowMs) {
            history.removeFirst();
        }
        final Map<Integer, Long> base = history.peekFirst().packets();
        final double[] load = live.stream()
                .mapToDouble(cpu -> cpu.packets() - base.getOrDefault(cpu.cpu(), 0L))
                .toArray();
        final long flows = live.stream().mapToLong(CpuView::flows).sum();
        return new ImbalanceView(
                Round.share(Imbalance.maxOverMean(load)),
                Round.share(Imbalance.jain(load)),
                Round.share(luck((int) Math.min(flows, Integer.MAX_VALUE), live.size())),
                1.0,
                flows,
                "packets, last " + windowMs / 1000 + " s");
    }

    /** Kept while nothing changes: it is a sum over many terms. */
    private double luck(final int flows, final int cpus) {
        if (flows != luckFlows || cpus != luckCpus) {
            luck = flows < 1 || cpus < 1 ? 1 : Imbalance.expectedByLuck(flows, cpus);
            luckFlows = flows;
            luckCpus = cpus;
        }
        return luck;
    }
}
