package odonata.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs one side once, in a JVM of its own unless the effort says otherwise. */
final class Runner {
    /** Both sides: what member processes have, and room enough for all. A young generation that fits the cache matters as much as the collector. */
    private static final List<String> JVM = List.of(
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xms64m",
            "-XX:-UsePerfData");

    private static final String HEAP = "1g";
    static final String LARGE_HEAP = "6g";
    private static final long LONGEST_S = 180;
    private static final int MS_PER_S = 1_000;

    private final Effort effort;

    Runner(final Effort effort) {
        this.effort = effort;
    }

    /** The flags of all JVMs. */
    static String flags() {
        return String.join(" ", JVM) + " -Xmx" + HEAP;
    }

    Figure run(final Probe probe) throws IOException, InterruptedException {
        return run(probe, List.of());
    }

    /** With further flags for its JVM. */
    Figure run(final Probe probe, final List<String> flags) throws IOException, InterruptedException {
        final Figure figure = probe.how() instanceof Probe.How.Jmh jmh ? jmh(jmh, flags) : plain(probe, flags);
        if (!Double.isFinite(figure.value()) || figure.value() <= 0) {
            throw new IllegalStateException(probe + " gave " + figure);
        }
        return figure;
    }

    private Figure plain(final Probe probe, final List<String> flags) throws IOException, InterruptedException {
        final boolean alone = effort.forks() || probe.how() instanceof Probe.How.OfHeap;
        return Figure.of(alone ? child(probe, flags) : itself(probe, effort));
    }

    private static double itself(final Probe probe, final Effort effort) {
        if (probe.how() instanceof Probe.How.Plain plain) {
            return plain.function().applyAsDouble(effort);
        }
        if (probe.how() instanceof Probe.How.OfHeap heap) {
            return heap.function().applyAsDouble(effort);
        }
        throw new IllegalArgumentException(probe + " is one of JMH's");
    }

    private Figure jmh(final Probe.How.Jmh jmh, final List<String> flags) {
        final int seconds = effort.measureMs() / MS_PER_S;
        final ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + jmh.method().replace(".", "\\.") + "$")
                .forks(effort.forks() ? 1 : 0)
                .warmupIterations(Math.max(1, effort.warmUpMs() / MS_PER_S))
                .warmupTime(TimeValue.milliseconds(Math.min(MS_PER_S, effort.warmUpMs())))
                .measurementIterations(Math.max(1, seconds))
                .measurementTime(TimeValue.milliseconds(Math.min(MS_PER_S, effort.measureMs())))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend(jvm(HEAP, flags).toArray(String[]::new));
        params(jmh).forEach((name, value) -> options.param(name, value));
        try {
            final Collection<RunResult> results = new org.openjdk.jmh.runner.Runner(options.build()).run();
            final RunResult result = results.iterator().next();
            final Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
            return new Figure(result.getPrimaryResult().getScore(), bytes == null ? Double.NaN : bytes.getScore());
        } catch (final RunnerException e) {
            throw new IllegalStateException(jmh.method() + " failed", e);
        }
    }

    private Map<String, String> params(final Probe.How.Jmh jmh) {
        return effort.small() && jmh.params().getOrDefault("cpus", "").length() > 2
                ? Map.of("cpus", "64")
                : jmh.params();
    }

    private static List<String> jvm(final String heap, final List<String> more) {
        final List<String> all = new ArrayList<>(JVM);
        all.add("-Xmx" + heap);
        all.addAll(more);
        return all;
    }

    private double child(final Probe probe, final List<String> flags) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm(probe.how() instanceof Probe.How.OfHeap heap ? heap.heap() : LARGE_HEAP, flags));
        if (probe.how() instanceof Probe.How.Plain plain) {
            command.addAll(plain.flags());
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName(), probe.name()));
        if (!effort.forks()) {
            command.add(Child.QUICK);
        }
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(LONGEST_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(probe + " failed: " + out);
        }
        return Double.parseDouble(out.substring(out.lastIndexOf('\n') + 1));
    }

    /** The other JVM: measures one probe and prints its value. */
    static final class Child {
        static final String QUICK = "quick";

        private Child() {}

        /** The name of the probe, and {@link #QUICK} for a moment's run. */
        public static void main(final String[] args) {
            try {
                System.out.println(itself(Probe.valueOf(args[0]), args.length > 1 ? Effort.quick() : Effort.full(1)));
                System.exit(0);
            } catch (final RuntimeException | Error e) {
                e.printStackTrace();
                System.exit(1); // what it started may still run
            }
        }
    }
}
