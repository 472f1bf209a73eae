package odonata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Measures the rows of the speed table, side by side, and writes it; {@code bench/run} runs it. */
public final class Speed {
    private static final String USAGE = "usage: bench/run [--net] [--quick] [--only REGEX] [--rounds N] [--out FILE]";
    private static final int ROUNDS = 5;
    private static final String MESSAGES = """
            Akka on one machine: throughput 64 as ours; of the fork-join and the thread-pool executor with one thread the faster one for the work; \
            its messages are made once, nothing is logged. Remoting: throughput 64, one inbound lane, 2,048 messages in flight. Our side: the \
            defaults of every `reference.conf`""";
    private static final String PACKETS = """
            Our side: the defaults of every `reference.conf`. Bulk: SO_SNDBUF and SO_RCVBUF of 1 MB, a device in memory that carries 65,535 bytes as \
            the kernel's loopback does, which sizes its buffers itself. What needs much heap has more: 4 GB where that is said, else 6""";

    private final Effort effort;
    private final Runner runner;
    private final List<Work> works;
    private final Map<Probe, List<Figure>> figures = new EnumMap<>(Probe.class);

    /** Of the rows given, in their order. */
    Speed(final Effort effort, final List<Work> works) {
        this.effort = effort;
        this.works = works;
        runner = new Runner(effort);
    }

    /** {@code --quick}: to see that it works; {@code --only}: rows by name; {@code --rounds}: how often; {@code --out}: the file, standard output else. */
    public static void main(final String[] args) {
        try {
            run(args);
            System.exit(0);
        } catch (final IOException | InterruptedException | RuntimeException e) {
            e.printStackTrace();
            System.exit(1); // what it started may still run
        }
    }

    private static void run(final String[] args) throws IOException, InterruptedException {
        boolean quick = false;
        boolean net = false;
        int rounds = ROUNDS;
        Pattern only = Pattern.compile(".*");
        Path out = null;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--quick")) {
                quick = true;
            } else if (args[i].equals("--net")) {
                net = true;
            } else if (args[i].equals("--only") && i + 1 < args.length) {
                only = Pattern.compile(args[++i]);
            } else if (args[i].equals("--rounds") && i + 1 < args.length) {
                rounds = Integer.parseInt(args[++i]);
            } else if (args[i].equals("--out") && i + 1 < args.length) {
                out = Path.of(args[++i]);
            } else {
                System.err.println(USAGE);
                System.exit(2);
            }
        }
        final Pattern wanted = only;
        final boolean ofNet = net;
        final List<Work> works = Arrays.stream(Work.values())
                .filter(work ->
                        work.isNet() == ofNet && wanted.matcher(work.name()).matches())
                .toList();
        final double others = Host.busy();
        final Effort effort = quick ? Effort.quick() : Effort.full(rounds);
        final Speed speed = new Speed(effort, works);
        final List<Row> rows = speed.measure();
        final String command = ("bench/run " + String.join(" ", args)).strip();
        final String text = new SpeedTable(
                        rows,
                        Host.lines(command, effort, others, net ? PACKETS : MESSAGES),
                        quick ? Map.of() : speed.profiles(rows))
                .text();
        if (out == null) {
            System.out.print(text);
        } else {
            Files.writeString(out, text);
        }
    }

    /** Every side once a round, those that are compared right after each other. */
    List<Row> measure() throws IOException, InterruptedException {
        final Set<Probe> order = new LinkedHashSet<>();
        works.forEach(work -> order.addAll(work.probes()));
        for (int round = 1; round <= effort.rounds(); round++) {
            for (final Probe probe : order) {
                final Figure figure = runner.run(probe);
                figures.computeIfAbsent(probe, key -> new ArrayList<>()).add(figure);
                System.err.printf("round %d of %d: %s %s%n", round, effort.rounds(), probe, figure);
            }
        }
        return works.stream().map(this::row).toList();
    }

    private Row row(final Work work) {
        final List<Figure> ours = figures.get(work.ours());
        return work.theirs()
                .map(theirs -> new Row(work, ours, figures.get(theirs)))
                .orElseGet(() -> Row.alone(work, ours));
    }

    /** Our side of each row that misses its bar, once more, recorded. */
    private Map<Probe, List<String>> profiles(final List<Row> rows) throws IOException, InterruptedException {
        final Map<Probe, List<String>> found = new EnumMap<>(Probe.class);
        for (final Row row : rows) {
            final Probe probe = row.work().ours();
            if (!row.isReached() && row.work().unit() != Work.Unit.BYTES && !found.containsKey(probe)) {
                final Path file = Files.createTempFile("bench-", ".jfr");
                runner.run(probe, HotSpots.flags(file));
                found.put(probe, HotSpots.of(file));
                Files.delete(file);
            }
        }
        return found;
    }
}
