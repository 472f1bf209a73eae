package odonata.node.member;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuCounter;
import odonata.actors.cpu.CpuCounters;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.cpu.ThreadCounters;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetCounters;
import odonata.node.snapshot.ClassShares;
import odonata.node.snapshot.CpuState;
import odonata.node.snapshot.CpuView;
import odonata.node.snapshot.MemberSnapshot.Row;
import odonata.node.snapshot.ThreadView;
import odonata.protocol.clock.Clock;

/**
 * Turns the free-running counters of one CPU into figures of one window, which begins where the last one ended. Reads only; the CPU does not notice.
 *
 * <p>Thread: the sampler's.
 */
final class CpuSampler {
    private final int member;
    private final Cpu cpu;
    private final NetCounters net;
    private final Clock clock;
    private final Deltas deltas;

    CpuSampler(final int member, final Cpu cpu, final NetCounters net, final Clock clock) {
        this.member = member;
        this.cpu = cpu;
        this.net = net;
        this.clock = clock;
        this.deltas = new Deltas(clock);
    }

    /** What one CPU did in one window. */
    record Sampled(
            CpuView cpu,
            Row row,
            List<ThreadView> threads,
            Map<Integer, Double> bucketPackets,
            Map<Integer, Long> interfaces,
            double dropsPerS) {}

    /**
     * Reads everything.
     *
     * @param others all live CPUs, this one included
     * @param batch messages per frame to a CPU of another member
     */
    Sampled sample(final List<Integer> others, final IntToDoubleFunction batch) {
        final CpuCounters counters = cpu.counters();
        final NetCounters.Sample now = net.sample();
        final long nowNs = clock.nowNs();
        final List<ThreadView> threads = threads(counters);
        final double ipis = deltas.rate("ipis", counters.get(CpuCounter.IPIS_RECEIVED));
        final double entries = deltas.rate("entries", counters.get(CpuCounter.ENTRIES));
        final ClassShares shares = shares(counters);
        final CpuView view = new CpuView(
                cpu.id(),
                member,
                CpuState.UP,
                Deltas.share(Math.min(1, shares.total())),
                shares,
                busiest(threads),
                (int) counters.get(CpuCounter.RUN_QUEUE),
                (int) counters.get(CpuCounter.QUEUE_DEPTH),
                now.get(NetCounter.SERVED),
                Deltas.rounded(deltas.exact("packets", now.get(NetCounter.SERVED), nowNs)),
                now.get(NetCounter.FLOWS),
                0,
                deltas.rate("messages", counters.get(CpuCounter.MESSAGES)),
                counters.get(CpuCounter.ENTRIES),
                counters.get(CpuCounter.IPIS_RECEIVED),
                ipis,
                ipis == 0 ? 0 : Deltas.rounded(entries / ipis));
        return new Sampled(
                view,
                row(counters, others, batch),
                threads,
                buckets(now, nowNs),
                now.perInterface(),
                Deltas.rounded(deltas.exact("drops", now.drops(), nowNs)));
    }

    private ClassShares shares(final CpuCounters counters) {
        final Map<ThreadClass, Double> share = new HashMap<>();
        for (final ThreadClass c : ThreadClass.values()) {
            share.put(c, Deltas.share(deltas.exact("busy." + c.label(), counters.busyNs(c)) / 1e9));
        }
        return new ClassShares(
                share.get(ThreadClass.INTERRUPT),
                share.get(ThreadClass.NETISR),
                share.get(ThreadClass.TCP),
                share.get(ThreadClass.UDP),
                share.get(ThreadClass.USER),
                share.get(ThreadClass.KERNEL));
    }

    private List<ThreadView> threads(final CpuCounters counters) {
        final long nowNs = cpu.clock().nowNs();
        final List<ThreadView> views = new ArrayList<>();
        for (final ThreadCounters t : counters.threads()) {
            if (t.portIndex() != 0) {
                final double served = deltas.rate("served." + t.name(), t.served());
                final double batches = deltas.rate("batches." + t.name(), t.batches());
                views.add(new ThreadView(
                        t.name(),
                        cpu.id(),
                        member,
                        t.threadClass().label(),
                        (int) t.depth(),
                        (int) t.highWater(),
                        served,
                        batches == 0 ? 0 : Deltas.rounded(served / batches),
                        Deltas.rounded(t.oldestWaitNs(nowNs) / 1e3)));
            }
        }
        return views;
    }

    private static String busiest(final List<ThreadView> threads) {
        String name = "idle";
        double most = 0;
        for (final ThreadView thread : threads) {
            if (thread.servedPerS() > most) {
                most = thread.servedPerS();
                name = thread.name();
            }
        }
        return name;
    }

    private Row row(final CpuCounters counters, final List<Integer> others, final IntToDoubleFunction batch) {
        final Map<Integer, Double> messages = new TreeMap<>();
        final Map<Integer, Double> perIpi = new TreeMap<>();
        final Map<Integer, Double> full = new TreeMap<>();
        for (final int other : others) {
            final double sent = deltas.rate("to." + other, counters.messagesTo(other));
            final double ipis = deltas.rate("ipis." + other, counters.ipisTo(other));
            final double refused = deltas.rate("full." + other, counters.ringFullTo(other));
            if (sent > 0) {
                messages.put(other, sent);
                perIpi.put(other, ipis > 0 ? Deltas.rounded(sent / ipis) : batch.applyAsDouble(other));
            }
            if (refused > 0) {
                full.put(other, refused);
            }
        }
        return new Row(cpu.id(), messages, perIpi, full);
    }

    private Map<Integer, Double> buckets(final NetCounters.Sample now, final long nowNs) {
        final Map<Integer, Double> rates = new TreeMap<>();
        for (int b = 0; b < now.perBucket().length; b++) {
            final double rate = deltas.exact("bucket." + b, now.perBucket()[b], nowNs);
            if (rate > 0) {
                rates.put(b, Deltas.rounded(rate));
            }
        }
        return rates;
    }
}
