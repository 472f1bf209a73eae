package odonata.node.demo;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import odonata.loadgen.LoadSummary;
import odonata.loadgen.ReplaySummary;
import odonata.loadgen.openloop.Latency;
import odonata.node.snapshot.LatencyView;
import odonata.node.snapshot.LoadView;
import odonata.node.snapshot.ReplayView;

/** What the load generator says, in the words of the snapshot. */
final class LoadViews {
    private static final String DONE = "done";
    private static final String WARM_UP = "warm-up";

    private LoadViews() {}

    static LoadView of(final LoadSummary load) {
        final LoadSummary.Counts counts = load.phase().equals(WARM_UP) ? load.warmup() : load.counts();
        return new LoadView(
                !load.phase().equals(DONE),
                load.phase(),
                load.workload(),
                load.rate(),
                counts.asked(),
                counts.sent(),
                counts.answered(),
                counts.lost(),
                counts.generatorLagged(),
                of(load.latencyUs()),
                load.curve().stream().map(LoadViews::pair).toList());
    }

    private static List<Double> pair(final double[] point) {
        return Arrays.stream(point).boxed().toList();
    }

    private static LatencyView of(final Latency l) {
        return new LatencyView(l.p50(), l.p90(), l.p99(), l.p999(), l.p9999(), l.max(), l.count());
    }

    static ReplayView of(final ReplaySummary replay, final List<Integer> interfaces) {
        return new ReplayView(name(replay.file()), replay.packetsInFile(), replay.sent(), 0, interfaces);
    }

    static String name(final String file) {
        final Path path = Path.of(file).getFileName();
        return path == null ? file : path.toString();
    }
}
