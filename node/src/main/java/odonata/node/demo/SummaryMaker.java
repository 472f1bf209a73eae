package odonata.node.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import odonata.loadgen.LoadSummary;
import odonata.loadgen.ReplaySummary;
import odonata.node.demo.RunSummary.CpuPart;
import odonata.node.demo.RunSummary.ImbalancePart;
import odonata.node.demo.RunSummary.LoadPart;
import odonata.node.demo.RunSummary.MemberPart;
import odonata.node.demo.RunSummary.ReplayPart;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.CpuView;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.Imbalance;

/** Makes figures of a run out of what a session saw. */
public final class SummaryMaker {
    private static final long SEED = 1;

    private SummaryMaker() {}

    /** Parts of a summary that come from the run itself. */
    public record Figures(
            List<MemberPart> members,
            List<CpuPart> cpus,
            Optional<ReplayPart> replay,
            Optional<LoadPart> load,
            ImbalancePart imbalance) {}

    /**
     * All figures.
     *
     * @param capture file that was replayed
     */
    public static Figures figures(final RunResult run, final Optional<Path> capture) {
        final List<CpuPart> cpus = cpus(run);
        return new Figures(
                run.after().members().stream()
                        .map(m -> new MemberPart(
                                m.id(),
                                m.address(),
                                m.state().label(),
                                cpus.stream()
                                        .filter(cpu -> cpu.member() == m.id())
                                        .mapToLong(CpuPart::connections)
                                        .sum()))
                        .toList(),
                cpus,
                run.replay().map(replay -> replay(replay, run.after())),
                run.load().map(SummaryMaker::load),
                imbalance(cpus, weights(run, capture)));
    }

    private static List<CpuPart> cpus(final RunResult run) {
        final Map<Integer, CpuView> before = byCpu(run.before());
        final Map<Integer, Double> utilisation = new HashMap<>();
        for (final ClusterSnapshot picture : run.history()) {
            for (final CpuView cpu : picture.cpus()) {
                utilisation.merge(cpu.cpu(), cpu.utilisation() / run.history().size(), Double::sum);
            }
        }
        final Map<Integer, Long> accepted = accepted(run);
        final long all = run.after().cpus().stream()
                .mapToLong(cpu -> grown(cpu, before, CpuView::packets))
                .sum();
        final List<CpuPart> parts = new ArrayList<>();
        for (final CpuView cpu : run.after().cpus()) {
            final long packets = grown(cpu, before, CpuView::packets);
            final long ipis = grown(cpu, before, CpuView::ipis);
            final long entries = grown(cpu, before, CpuView::entries);
            parts.add(new CpuPart(
                    cpu.cpu(),
                    cpu.member(),
                    cpu.state().label(),
                    packets,
                    all == 0 ? 0 : round(packets / (double) all, 4),
                    cpu.flows(),
                    round(utilisation.getOrDefault(cpu.cpu(), 0.0), 4),
                    ipis,
                    ipis == 0 ? 0 : round(entries / (double) ipis, 2),
                    accepted.getOrDefault(cpu.cpu(), 0L)));
        }
        return parts;
    }

    /** Connections that each CPU accepted in this run; of one that is gone, until it was last heard of. */
    private static Map<Integer, Long> accepted(final RunResult run) {
        final Map<Integer, Long> counted = new HashMap<>();
        run.history().forEach(picture -> note(counted, picture));
        note(counted, run.after());
        run.before()
                .tcp()
                .cpus()
                .forEach(
                        then -> counted.computeIfPresent(then.cpu(), (cpu, now) -> Math.max(0, now - then.accepted())));
        return counted;
    }

    private static void note(final Map<Integer, Long> counted, final ClusterSnapshot picture) {
        picture.tcp().cpus().forEach(cpu -> counted.put(cpu.cpu(), cpu.accepted()));
    }

    private static Map<Integer, CpuView> byCpu(final ClusterSnapshot picture) {
        final Map<Integer, CpuView> map = new HashMap<>();
        picture.cpus().forEach(cpu -> map.put(cpu.cpu(), cpu));
        return map;
    }

    /** By how much a counter grew in this run. */
    private static long grown(
            final CpuView cpu, final Map<Integer, CpuView> before, final ToLongFunction<CpuView> counter) {
        final CpuView then = before.get(cpu.cpu());
        return Math.max(0, counter.applyAsLong(cpu) - (then == null ? 0 : counter.applyAsLong(then)));
    }

    private static ReplayPart replay(final ReplaySummary replay, final ClusterSnapshot after) {
        return new ReplayPart(
                LoadViews.name(replay.file()),
                replay.packetsInFile(),
                replay.sent(),
                after.replay() == null ? 0 : after.replay().counted(),
                round(replay.seconds(), 2));
    }

    /** The figures of a load. */
    public static LoadPart load(final LoadSummary load) {
        final LoadSummary.Counts counts = load.counts();
        return new LoadPart(
                load.workload(),
                load.arrivals(),
                load.seed(),
                load.flows(),
                load.rate(),
                load.warmupSeconds(),
                round(load.seconds(), 2),
                counts.asked(),
                counts.sent(),
                counts.answered(),
                counts.lost(),
                counts.pushedBack(),
                counts.generatorLagged(),
                load.duplicates(),
                load.latencyUs(),
                load.uncorrectedLatencyUs(),
                load.curve(),
                load.clients());
    }

    private static long[] weights(final RunResult run, final Optional<Path> capture) {
        final long[] replayed =
                run.replay().isPresent() ? capture.map(FlowWeights::ofCapture).orElse(new long[0]) : new long[0];
        final long[] loaded = run.load()
                .map(l -> FlowWeights.ofLoad(l.counts().sent() + l.warmup().sent(), l.flows()))
                .orElse(new long[0]);
        return FlowWeights.together(replayed, loaded);
    }

    /** CPUs that served from the start to the end are compared; others had less time. */
    private static ImbalancePart imbalance(final List<CpuPart> cpus, final long[] weights) {
        final double[] load = cpus.stream()
                .filter(cpu -> cpu.state().equals("up"))
                .mapToDouble(CpuPart::packets)
                .toArray();
        final int n = Math.max(1, load.length);
        return new ImbalancePart(
                round(Imbalance.maxOverMean(load), 4),
                round(Imbalance.jain(load), 4),
                weights.length == 0 ? 1 : round(Imbalance.expectedByLuck(weights, n, Seed.of(SEED)), 4),
                weights.length == 0 ? 1 : round(Imbalance.perfectHash(weights, n), 4),
                weights.length);
    }

    private static double round(final double value, final int digits) {
        final double scale = Math.pow(10, digits);
        return Math.rint(value * scale) / scale;
    }
}
