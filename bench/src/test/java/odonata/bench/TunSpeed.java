package odonata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client on the host gets through TUN devices: from a cluster, and from nginx on the kernel's own TCP behind a pump. The same client,
 * the same requests, in turn; {@code bench/tun} runs it.
 */
public final class TunSpeed {
    private static final String USAGE = "usage: bench/tun [--rounds N] [--seconds N] [--cpus N] [--out FILE]";
    private static final int SMALL = 100;
    private static final double BITS = 8;

    private int rounds = 5;
    private int seconds = 5;
    private int cpus = 1;
    private Path out;

    /** What is measured. */
    @SuppressWarnings("ImmutableEnumChecker") // a record of a number
    private enum What {
        HTTP("HTTP keep-alive, 64 connections, 100 bytes each", Bar.ratioAtLeast(1.5), 1e3, "%.1f thousand/s"),
        BULK("bulk: one connection, the cluster sends", Bar.ratioAtLeast(0.5), 1e9, "%.1f Gbit/s");

        private final String text;
        private final Bar bar;
        private final double unit;
        private final String format;

        What(final String text, final Bar bar, final double unit, final String format) {
            this.text = text;
            this.bar = bar;
            this.unit = unit;
            this.format = format;
        }

        String show(final double value) {
            return String.format(Locale.ROOT, format, value / unit);
        }
    }

    private TunSpeed() {}

    /** Measures and writes the page. */
    public static void main(final String[] args) throws IOException, InterruptedException {
        final TunSpeed speed = new TunSpeed();
        if (!speed.parse(args)) {
            System.err.println(USAGE);
            System.exit(2);
        }
        speed.run(("bench/tun " + String.join(" ", args)).strip());
    }

    private boolean parse(final String... args) {
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--rounds" -> rounds = Integer.parseInt(args[i + 1]);
                case "--seconds" -> seconds = Integer.parseInt(args[i + 1]);
                case "--cpus" -> cpus = Integer.parseInt(args[i + 1]);
                case "--out" -> out = Path.of(args[i + 1]);
                default -> {
                    return false;
                }
            }
        }
        return args.length % 2 == 0;
    }

    private void run(final String command) throws IOException, InterruptedException {
        final double others = Host.busy();
        final List<Map<What, Double>> ours = new ArrayList<>();
        final List<Map<What, Double>> theirs = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            try (TunSide side = new TunSide.Cluster(cpus)) {
                ours.add(measure(side));
            }
            try (TunSide side = new TunSide.Nginx(List.of((long) SMALL, bulkBytes()))) {
                theirs.add(measure(side));
            }
            System.err.printf("round %d of %d: %s %s%n", round, rounds, ours.get(round - 1), theirs.get(round - 1));
        }
        final String text = page(command, others, ours, theirs);
        if (out == null) {
            System.out.print(text);
        } else {
            Files.writeString(out, text);
        }
    }

    /** What takes some seconds at 1 Gbyte/s. */
    private long bulkBytes() {
        return seconds * 1_000_000_000L;
    }

    private Map<What, Double> measure(final TunSide side) throws IOException, InterruptedException {
        final Map<What, Double> figures = new EnumMap<>(What.class);
        side.awaitServer("/bytes/" + SMALL);
        wrk(side);
        figures.put(What.HTTP, wrk(side));
        curl(side);
        figures.put(What.BULK, curl(side));
        return figures;
    }

    private double wrk(final TunSide side) throws IOException, InterruptedException {
        final String said = side.client(
                "wrk", "-t1", "-c64", "-d" + seconds + "s", "http://" + TunSide.ADDRESS + "/bytes/" + SMALL);
        if (said.contains("Socket errors") || said.contains("Non-2xx")) {
            throw new IOException(said);
        }
        return number(said, "Requests/sec: +([0-9.]+)");
    }

    private double curl(final TunSide side) throws IOException, InterruptedException {
        final String said = side.client(
                "curl",
                "-sS",
                "--fail",
                "-o",
                "/dev/null",
                "-w",
                "%{size_download} bytes, %{speed_download} a second",
                "http://" + TunSide.ADDRESS + "/bytes/" + bulkBytes());
        if (!said.startsWith(bulkBytes() + " bytes")) {
            throw new IOException(said);
        }
        return BITS * number(said, "([0-9.]+) a second");
    }

    private static double number(final String text, final String pattern) throws IOException {
        final Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IOException(text);
        }
        return Double.parseDouble(matcher.group(1));
    }

    private String page(
            final String command,
            final double others,
            final List<Map<What, Double>> ours,
            final List<Map<What, Double>> theirs) {
        final StringBuilder text = new StringBuilder("# How fast it is through TUN devices\n\n");
        text.append("Written by `bench/tun`; what is written here by hand is lost.\n\n");
        text.append("- when: ")
                .append(Instant.now().truncatedTo(ChronoUnit.MINUTES))
                .append("\n- command: `")
                .append(command)
                .append("`\n- machine: ")
                .append(Host.machine(others))
                .append("\n- ours: a cluster of one member with ")
                .append(cpus)
                .append(" CPU and the defaults, its web server, one TUN device\n")
                .append(
                        "- theirs: nginx, one worker, `sendfile`, on the kernel's TCP; two TUN devices with large segments, joined by a"
                                + " Java pump with a thread a direction\n")
                .append("- client of both: `wrk -t1 -c64`, then `curl`, in a network namespace; each ")
                .append(seconds)
                .append(" s or Gbytes to warm up, and again measured. ")
                .append(rounds)
                .append(
                        " rounds, both sides in each; figures are the middle of them, ratios are taken round by round\n\n");
        text.append(
                "| work | must reach | ours | theirs | ratio | lowest .. highest | bar |\n|---|---|---|---|---|---|---|\n");
        for (final What what : What.values()) {
            text.append(line(what, ours, theirs));
        }
        return text.toString();
    }

    private static String line(
            final What what, final List<Map<What, Double>> ours, final List<Map<What, Double>> theirs) {
        final List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i).get(what) / theirs.get(i).get(what));
        }
        final Function<List<Map<What, Double>>, String> middleOf = side ->
                what.show(middle(side.stream().map(figures -> figures.get(what)).toList()));
        final List<Double> sorted = ratios.stream().sorted().toList();
        return "| "
                + String.join(
                        " | ",
                        what.text,
                        what.bar.text(),
                        middleOf.apply(ours),
                        middleOf.apply(theirs),
                        what.bar.show(middle(ratios)),
                        what.bar.show(sorted.get(0)) + " .. " + what.bar.show(sorted.get(sorted.size() - 1)),
                        what.bar.isReachedBy(middle(ratios)) ? "reached" : "**missed**")
                + " |\n";
    }

    /** Of two in the middle their mean. */
    static double middle(final List<Double> values) {
        final List<Double> sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }
}
