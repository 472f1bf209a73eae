package odonata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where and when it was measured. */
final class Host {
    private static final long BUSY_MS = 3_000;
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Host() {}

    /**
     * Lines for people.
     *
     * @param command that measured
     * @param others processors that others used while nothing of ours ran
     * @param sides how both sides are set
     */
    static List<String> lines(final String command, final Effort effort, final double others, final String sides) {
        final List<String> lines = new ArrayList<>(machine(command, others));
        lines.addAll(List.of(
                "Java: " + System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + ", `"
                        + Runner.flags() + "`, of all that is Java",
                "rounds: " + effort.rounds()
                        + "; in each of them each side runs once, ours before theirs, in a JVM of its own: warm-up "
                        + effort.warmUpMs() + " ms, measured " + effort.measureMs()
                        + " ms. Figures are the middle of the rounds, what is compared is compared round by round",
                sides));
        return lines;
    }

    /** When, by which command, on which machine. */
    static List<String> machine(final String command, final double others) {
        return List.of(
                "when: " + Instant.now().truncatedTo(ChronoUnit.MINUTES),
                "command: `" + command + "`",
                "machine: " + machine(others));
    }

    /** What computes, and how much of it others used. */
    static String machine(final double others) {
        return Runtime.getRuntime().availableProcessors() + " cores, " + model() + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + "; others used "
                + String.format(Locale.ROOT, "%.1f", others) + " cores when it began"
                + (others > 0.2 ? ", so **these figures are provisional**" : "");
    }

    private static String model() {
        try {
            return Files.readAllLines(CPU_INFO).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (final IOException e) {
            return System.getProperty("os.arch");
        }
    }

    /** Processors that the whole machine uses, over some seconds in which this process does nothing. */
    static double busy() throws IOException, InterruptedException {
        final long[] from = ticks();
        Thread.sleep(BUSY_MS);
        final long[] to = ticks();
        final double all = Math.max(1, to[0] - from[0]);
        return Runtime.getRuntime().availableProcessors() * (to[1] - from[1]) / all;
    }

    /** All ticks of all processors, and those that were neither idle nor waiting for a disk. */
    private static long[] ticks() throws IOException {
        final String[] words = Files.readAllLines(Path.of("/proc/stat")).get(0).split("\\s+", -1);
        long all = 0;
        for (int i = 1; i < words.length; i++) {
            all += Long.parseLong(words[i]);
        }
        return new long[] {all, all - Long.parseLong(words[4]) - Long.parseLong(words[5])};
    }
}
