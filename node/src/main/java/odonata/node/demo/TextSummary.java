package odonata.node.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import odonata.loadgen.ClientSummary;
import odonata.loadgen.Thresholds;
import odonata.loadgen.openloop.Latency;
import odonata.node.demo.RunSummary.CpuPart;
import odonata.node.demo.RunSummary.ImbalancePart;
import odonata.node.demo.RunSummary.LoadPart;
import odonata.node.demo.RunSummary.ReplayPart;
import odonata.node.top.Figures;

/** A summary as lines of text. */
public final class TextSummary {
    private TextSummary() {}

    /** All lines: where the work went, replay, load, latency, thresholds, where the report is. */
    public static List<String> lines(final RunSummary run) {
        final List<String> lines = new ArrayList<>();
        lines.add("Where the work went");
        final boolean clients = run.load() != null && run.load().clients() != null;
        lines.add("  CPU  MEMBER       PACKETS    SHARE     FLOWS   UTILISATION        IPIS  MSG/IPI"
                + (clients ? "  CONNECTIONS" : ""));
        run.cpus().forEach(cpu -> lines.add(line(cpu, clients)));
        if (clients) {
            lines.add(connections(run));
        }
        lines.addAll(lines(run.imbalance()));
        if (run.replay() != null) {
            lines.addAll(lines(run.replay()));
        }
        if (run.load() != null) {
            lines.addAll(lines(run.load(), run.thresholds()));
        } else {
            run.thresholds().forEach(t -> lines.add(line(t)));
        }
        if (run.report() != null) {
            lines.add("Report  " + run.report());
        }
        return lines;
    }

    private static String connections(final RunSummary run) {
        final long all = run.members().stream()
                .mapToLong(RunSummary.MemberPart::connections)
                .sum();
        return "  connections accepted, by member  "
                + run.members().stream()
                        .map(m -> text(
                                "m%d %,d (%.1f %%)",
                                m.id(), m.connections(), all == 0 ? 0 : 100.0 * m.connections() / all))
                        .collect(Collectors.joining("  "));
    }

    private static String line(final CpuPart cpu, final boolean clients) {
        return text(
                "  %-4d %-7d %,12d  %5.1f %%  %,8d       %5.1f %%  %,10d  %7s%s%s",
                cpu.cpu(),
                cpu.member(),
                cpu.packets(),
                cpu.share() * 100,
                cpu.flows(),
                cpu.utilisation() * 100,
                cpu.ipis(),
                cpu.ipis() == 0 ? "-" : text("%.1f", cpu.messagesPerIpi()),
                clients ? text("  %,11d", cpu.connections()) : "",
                cpu.state().equals("up") ? "" : "  [" + cpu.state() + "]");
    }

    private static List<String> lines(final ImbalancePart i) {
        return List.of(text(
                "  max/mean %.3f; placing these %,d flows at random gives %.3f, a perfect hash %.3f; Jain %.4f",
                i.maxOverMean(), i.flows(), i.expectedByLuck(), i.perfect(), i.jain()));
    }

    private static List<String> lines(final ReplayPart r) {
        final String verdict = r.packetsCounted() == r.packetsInFile()
                ? "every packet of the file counted exactly once"
                : "NOT equal: " + text("%+,d", r.packetsCounted() - r.packetsInFile());
        return List.of(
                "Replay of " + r.file(),
                text(
                        "  %,d packets in the file, %,d sent in %.1f s, %,d counted by the CPUs: %s",
                        r.packetsInFile(), r.sent(), r.seconds(), r.packetsCounted(), verdict));
    }

    /** A load and how it met its thresholds. */
    public static List<String> lines(final LoadPart load, final List<Thresholds.Verdict> thresholds) {
        final List<String> lines = new ArrayList<>(load.clients() == null ? lines(load) : lines(load, load.clients()));
        thresholds.forEach(t -> lines.add(line(t)));
        return lines;
    }

    private static List<String> lines(final LoadPart l, final ClientSummary c) {
        final List<String> lines = new ArrayList<>();
        final double seconds = Math.max(l.seconds(), 1e-9);
        lines.add(text(
                "Load %s: %,d connections, %,d in the pipeline, %s, %s, %.1f s after %.1f s of warm-up",
                l.workload(),
                c.connections(),
                c.pipeline(),
                c.requestsPerConnection() == 0 ? "kept open" : text("%,d requests each", c.requestsPerConnection()),
                c.openLoop() ? text("%s arrivals at %,.0f/s", l.arrivals(), l.rate()) : "closed loop",
                l.seconds(),
                l.warmupSeconds()));
        lines.add(text(
                "  %,.0f requests/s, %,.0f connections/s, %,.2f MB/s received, %,.2f MB/s sent; the generator took %.2f of a core",
                l.answered() / seconds,
                c.opened() / seconds,
                c.bytesReceived() / seconds / 1e6,
                c.bytesSent() / seconds / 1e6,
                c.cpuSeconds() / seconds));
        lines.add(text(
                "  asked %,d = sent %,d + no connection free %,d + generator lagged %,d; sent = answered %,d + failed %,d",
                l.asked(), l.sent(), l.pushedBack(), l.generatorLagged(), l.answered(), l.lost()));
        lines.add("  errors  "
                + (c.errors().isEmpty()
                        ? "none"
                        : c.errors().entrySet().stream()
                                .map(error -> text("%s %,d", error.getKey(), error.getValue()))
                                .collect(Collectors.joining("  "))));
        lines.add((c.openLoop() ? "  latency from the intended start  " : "  latency  ") + percentiles(l.latencyUs()));
        if (c.openLoop()) {
            lines.add("  latency from sending             " + percentiles(l.uncorrectedLatencyUs()));
        }
        return lines;
    }

    private static List<String> lines(final LoadPart l) {
        final List<String> lines = new ArrayList<>();
        lines.add(text(
                "Load %s: %,d flows, %s arrivals at %,.0f/s, %.1f s after %.1f s of warm-up",
                l.workload(), l.flows(), l.arrivals(), l.rate(), l.seconds(), l.warmupSeconds()));
        lines.add(text(
                "  asked %,d = sent %,d + pushed back %,d + generator lagged %,d; sent = answered %,d + lost %,d",
                l.asked(), l.sent(), l.pushedBack(), l.generatorLagged(), l.answered(), l.lost()));
        lines.add("  latency from the intended start  " + percentiles(l.latencyUs()));
        lines.add("  latency from sending             " + percentiles(l.uncorrectedLatencyUs()));
        return lines;
    }

    private static String percentiles(final Latency l) {
        return "p50 " + Figures.micros(l.p50()) + "  p90 " + Figures.micros(l.p90()) + "  p99 "
                + Figures.micros(l.p99())
                + "  p99.9 " + Figures.micros(l.p999()) + "  p99.99 " + Figures.micros(l.p9999()) + "  max "
                + Figures.micros(l.max());
    }

    private static String line(final Thresholds.Verdict t) {
        return text(
                "Threshold --%s %s: measured %s, %s",
                t.name(), plain(t.limit()), plain(t.measured()), t.passed() ? "met" : "MISSED");
    }

    private static String plain(final double value) {
        return value == Math.rint(value) ? text("%,.0f", value) : text("%,.3f", value);
    }

    private static String text(final String format, final Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
