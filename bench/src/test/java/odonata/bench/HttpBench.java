package odonata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import odonata.bench.HttpSides.Rate;

/** The rows of the speed table about HTTP and key-value requests: both sides measured by turns, a page of Markdown written. */
public final class HttpBench {
    private static final int ROUNDS = 5;
    private static final int SECONDS = 8;
    private static final int QUICK_SECONDS = 2;

    /** A row: what is asked of both sides, and the ratio that must be reached. */
    enum Row {
        /** Connections stay open. */
        KEEP_ALIVE("HTTP keep-alive, GET of 1,000 bytes, 64 connections", "wrk and nginx", 1.0),
        /** Each request has its connection. */
        CLOSE("HTTP, one request per connection, 64 at a time", "wrk and nginx, `Connection: close`", 1.5),
        /** One request at a time. */
        GET_1("key-value GET, 50 connections, pipeline 1", "redis-benchmark and Redis", 1.0),
        /** Sixteen. */
        GET_16("key-value GET, 50 connections, pipeline 16", "redis-benchmark and Redis", 1.0);

        private final String work;
        private final String against;
        private final double bar;

        Row(final String work, final String against, final double bar) {
            this.work = work;
            this.against = against;
            this.bar = bar;
        }
    }

    /** What the rounds gave; the ratio is that of a round. */
    private record Result(Row row, List<Rate> ours, List<Rate> theirs) {
        private List<Double> ratios() {
            final List<Double> all = new ArrayList<>();
            for (int i = 0; i < ours.size(); i++) {
                all.add(ours.get(i).perSecond() / theirs.get(i).perSecond());
            }
            return all;
        }
    }

    private HttpBench() {}

    /** Measures; see {@code bench/http}. */
    public static void main(final String[] args) throws Exception {
        final List<String> options = List.of(args);
        final boolean quick = options.contains("--quick");
        final int rounds = Integer.parseInt(option(options, "--rounds", quick ? "1" : "" + ROUNDS));
        final int seconds = Integer.parseInt(option(options, "--seconds", "" + (quick ? QUICK_SECONDS : SECONDS)));
        final Pattern pattern = Pattern.compile(option(options, "--only", ""), Pattern.CASE_INSENSITIVE);
        final String out = option(options, "--out", "");
        final double others = Host.busy();
        final List<Result> results = new ArrayList<>();
        if (!HttpSides.missing().isEmpty()) {
            System.err.println("bench/http needs the commands " + String.join(", ", HttpSides.missing())
                    + "; install the packages nginx, wrk, redis-server and redis-tools");
            System.exit(1);
        }
        try (HttpSides sides = HttpSides.start(Path.of("").toAbsolutePath(), List.of("./odonata"), seconds)) {
            for (final Row row : Row.values()) {
                if (pattern.matcher(row.work).find()) {
                    results.add(measure(sides, row, rounds));
                }
            }
        }
        final String page = page(results, "bench/http " + String.join(" ", args), rounds, seconds, others);
        if (out.isEmpty()) {
            System.out.println(page);
        } else {
            Files.writeString(Path.of(out), page);
        }
    }

    private static String option(final List<String> options, final String name, final String otherwise) {
        final int at = options.indexOf(name);
        return at < 0 ? otherwise : options.get(at + 1);
    }

    private static Result measure(final HttpSides sides, final Row row, final int rounds)
            throws IOException, InterruptedException {
        final Result result = new Result(row, new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < rounds; i++) {
            result.ours().add(sides.ours(row));
            result.theirs().add(sides.theirs(row));
            System.err.printf(
                    Locale.ROOT,
                    "%s: ours %s, theirs %s%n",
                    row,
                    result.ours().get(i),
                    result.theirs().get(i));
        }
        return result;
    }

    private static double middleOf(final List<Rate> rates, final ToDoubleFunction<Rate> figure) {
        return TunSpeed.middle(rates.stream().map(figure::applyAsDouble).toList());
    }

    private static String page(
            final List<Result> results,
            final String command,
            final int rounds,
            final int seconds,
            final double others) {
        final List<String> lines = new ArrayList<>(List.of(
                "# How fast HTTP and key-value requests are",
                "",
                "Written by `bench/http`; what is written here by hand is lost.",
                ""));
        Host.machine(command, others).forEach(line -> lines.add("- " + line));
        lines.add("- rounds: " + rounds + ", ours and theirs by turns, " + seconds
                + " s each; the load generator has a new JVM each time, which warms up for " + 2 * seconds
                + " s before. Rates are the middle of the rounds, what is compared is compared round by round");
        lines.add(
                "- ours: a cluster of one member with two CPUs, the load generator with one, all packets over the `wire` in shared memory; answers are"
                        + " compared byte by byte");
        lines.add(
                "- theirs: over the kernel's loopback; nginx with one worker, wrk with one thread; Redis without persistence. Their clients"
                        + " count answers, and do not look into them");
        lines.add(
                "- CPU per request: processor time of all processes of the side, kernel included. On a machine that others use it says"
                        + " more than the rate: who has more threads gets a larger share of the cores, but waits for one more often");
        lines.addAll(List.of(
                "",
                "| work | against | must reach | ours, requests/s | theirs | compared | lowest .. highest | CPU per request, ours / theirs | bar |",
                "|---|---|---|---|---|---|---|---|---|"));
        results.forEach(result -> lines.add(line(result)));
        return String.join("\n", lines) + "\n";
    }

    private static String line(final Result result) {
        final double ratio = TunSpeed.middle(result.ratios());
        final double[] sorted = result.ratios().stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        return String.format(
                Locale.ROOT,
                "| %s | %s | ≥ %.1f × | %,.0f | %,.0f | %.2f × | %.2f × .. %.2f × | %.1f µs / %.1f µs | %s |",
                result.row().work,
                result.row().against,
                result.row().bar,
                middleOf(result.ours(), Rate::perSecond),
                middleOf(result.theirs(), Rate::perSecond),
                ratio,
                sorted[0],
                sorted[sorted.length - 1],
                middleOf(result.ours(), Rate::cpuUs),
                middleOf(result.theirs(), Rate::cpuUs),
                ratio >= result.row().bar ? "reached" : "**missed**");
    }
}
