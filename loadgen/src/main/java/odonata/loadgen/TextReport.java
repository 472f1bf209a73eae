package odonata.loadgen;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A finished run as lines of text. */
public final class TextReport {
    private TextReport() {}

    /** What became of the requests, and how long the answers took. */
    public static List<String> of(final LoadSummary load) {
        final LoadSummary.Counts counts = load.counts();
        final List<String> lines = new ArrayList<>();
        lines.add(text(
                "Load: %s, %,d flows, %s arrivals at %,.0f/s for %.1f s after %.1f s of warm-up (seed %d)",
                load.workload(),
                load.flows(),
                load.arrivals(),
                load.rate(),
                load.seconds(),
                load.warmupSeconds(),
                load.seed()));
        lines.add(text(
                "  asked %,d = sent %,d + pushed back %,d + generator lagged %,d",
                counts.asked(), counts.sent(), counts.pushedBack(), counts.generatorLagged()));
        lines.add(text(
                "  sent %,d = answered %,d + lost %,d; %,.0f answers/s; %,d duplicate or late answers",
                counts.sent(), counts.answered(), counts.lost(), load.answersPerSecond(), load.duplicates()));
        lines.add(line("  latency from intended start, µs", load.latencyUs()));
        lines.add(line("  latency from sending, µs       ", load.uncorrectedLatencyUs()));
        if (load.sendLagUs().p99() > load.latencyUs().p99() / 2) {
            lines.add(text(
                    "  note: the generator sent late (p99 %,.0f µs); much of the latency is its own, not the cluster's",
                    load.sendLagUs().p99()));
        }
        if (load.warmup().lost() > 0) {
            lines.add(text(
                    "  during the warm-up %,d of %,d requests were lost",
                    load.warmup().lost(), load.warmup().sent()));
        }
        return lines;
    }

    /** What was replayed. */
    public static List<String> of(final ReplaySummary replay) {
        return List.of(text(
                "Replay: %s, %,d of %,d packets sent in %.1f s (%,.0f/s), %,d other records skipped, pushed back %,d times",
                replay.file(),
                replay.sent(),
                replay.packetsInFile(),
                replay.seconds(),
                replay.seconds() > 0 ? replay.sent() / replay.seconds() : 0,
                replay.skipped(),
                replay.pushBacks()));
    }

    private static String line(final String label, final Latency latency) {
        return text(
                "%s: p50 %,.0f  p90 %,.0f  p99 %,.0f  p99.9 %,.0f  p99.99 %,.0f  max %,.0f",
                label, latency.p50(), latency.p90(), latency.p99(), latency.p999(), latency.p9999(), latency.max());
    }

    private static String text(final String format, final Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
