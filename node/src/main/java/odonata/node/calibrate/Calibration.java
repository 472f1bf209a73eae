package odonata.node.calibrate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.CpuSettings;
import odonata.node.member.AllSettings;
import odonata.protocol.clock.Clock;

/** All measurements, one after another. Blocks; one at a time in a JVM. */
public final class Calibration {
    private static final Path SECOND_LEVEL = Path.of("/sys/devices/system/cpu/cpu0/cache/index2/size");
    private static final int BYTES_OF_A_THREAD = 2_048;
    private static final int MOST_THREADS = 32_768;
    private static final int FEWEST_THREADS = 4_096;
    private static final int FOR_EVER = 1_000_000;

    private final AllSettings settings;
    private final CostModel defaults;
    private final Clock clock;
    private final long eachNs;
    private final Consumer<String> progress;
    private final List<Figure> figures = new ArrayList<>();

    /**
     * What is to be done.
     *
     * @param settings of the CPUs and the links measured
     * @param defaults stand for what cannot be measured here
     * @param each how long each of the measurements takes
     * @param progress is told what is measured next
     */
    public Calibration(
            final AllSettings settings,
            final CostModel defaults,
            final Clock clock,
            final Duration each,
            final Consumer<String> progress) {
        this.settings = settings;
        this.defaults = defaults;
        this.clock = clock;
        this.eachNs = each.toNanos();
        this.progress = progress;
    }

    /** Measures everything. Throws {@link IllegalStateException} when a measurement fails; nothing is left running then. */
    public List<Figure> run() throws InterruptedException {
        final int cache = cacheThreads();
        final double message = sameCpu(cache);
        copies();
        if (Runtime.getRuntime().availableProcessors() < 2) {
            final String why = "not measured, there is one core; the default";
            figures.add(Figure.standing("interrupt-ns", defaults.interruptNs(), why));
            figures.add(Figure.standing("cross-cpu-ns", defaults.crossCpuHopNs(), why));
        } else {
            crossCpu(message);
        }
        crossMember(message);
        return List.copyOf(figures);
    }

    private double sameCpu(final int cache) throws InterruptedException {
        progress.accept("sends and takes on one CPU");
        final Bursts bursts;
        try (Rig rig = new Rig(1, settings.cpu())) {
            bursts = new Bursts(rig, clock, span());
            bursts.run();
        }
        progress.accept("switches between two threads");
        final PingPong near;
        try (Rig rig = new Rig(1, settings.cpu())) {
            near = new PingPong(rig, 0, clock, span());
            near.run();
        }
        final int threads = Math.max(FEWEST_THREADS, Math.min(MOST_THREADS, 4 * cache));
        progress.accept("switches between " + threads + " threads");
        final ColdRing cold;
        try (Rig rig = new Rig(1, settings.cpu())) {
            cold = new ColdRing(rig, threads, clock, span());
            cold.run();
        }
        final double send = bursts.send.median();
        final double message = bursts.take.median();
        final Figure warmSend = Figure.of(
                "send-ns", bursts.send, 0, 0, Bursts.BURST + " messages in a row to another thread of the CPU");
        final Figure coldSend = Figure.of(
                "send-cold-ns",
                cold.send,
                0,
                warmSend.value(),
                "one message to the next of " + threads + " threads, in random order");
        final Figure warmSwitch = Figure.of(
                "switch-ns",
                near.oneWay,
                send + message,
                0,
                "half a round trip between two threads of the CPU, less a send and a message");
        figures.add(warmSend);
        figures.add(coldSend);
        figures.add(warmSwitch);
        figures.add(Figure.of(
                "switch-cold-ns",
                cold.hop,
                cold.send.median() + message,
                warmSwitch.value(),
                "from one to the next of " + threads + " threads, less the send and a message"));
        figures.add(Figure.of("message-ns", bursts.take, 0, 1, "taking " + Bursts.BURST + " messages in a row"));
        figures.add(
                Files.isReadable(SECOND_LEVEL)
                        ? Figure.standing(
                                "cache-threads", cache, "the second-level cache by " + BYTES_OF_A_THREAD + " bytes")
                        : Figure.standing("cache-threads", cache, "not known here; the default"));
        return message;
    }

    private void copies() throws InterruptedException {
        progress.accept("copies");
        final Figure warm =
                Figure.of("copy-ps", Copies.warm(clock, span()), 0, 0, Copies.LENGTH + " bytes each, of a few packets");
        figures.add(warm);
        figures.add(Figure.of(
                "copy-cold-ps",
                Copies.cold(clock, span()),
                0,
                warm.value(),
                Copies.LENGTH + " bytes each, of 96 MiB of packets in random order"));
    }

    private void crossCpu(final double message) throws InterruptedException {
        progress.accept("hops between two CPUs");
        final PingPong far;
        try (Rig rig = new Rig(2, Rig.spinning(settings.cpu(), FOR_EVER))) {
            far = new PingPong(rig, 1, clock, span());
            far.run();
        }
        final double hop = Math.max(0, far.oneWay.median() - message);
        progress.accept("wake-ups of a parked CPU");
        final Wakes wakes;
        final CpuSettings parking = Rig.spinning(settings.cpu(), 0);
        try (Rig rig = new Rig(2, parking)) {
            wakes = new Wakes(rig, clock, span());
            wakes.run();
        }
        figures.add(Figure.of(
                "interrupt-ns",
                wakes.oneWay,
                hop + message,
                0,
                "one way to a parked CPU, less hop and message: the wake-up of a thread of the host"));
        figures.add(Figure.of(
                "cross-cpu-ns",
                far.oneWay,
                message,
                1,
                "half a round trip between two CPUs that spin, less a message"));
    }

    private void crossMember(final double message) throws InterruptedException {
        progress.accept("hops between two members");
        final BetweenMembers between = new BetweenMembers(clock, span());
        between.run(settings);
        figures.add(Figure.of(
                "cross-member-ns",
                between.oneWay,
                message,
                1,
                "half a round trip between two members on loopback with nothing else to do, less a message"));
    }

    private Span span() {
        return new Span(clock, eachNs);
    }

    private int cacheThreads() {
        try {
            final String size = Files.readString(SECOND_LEVEL).strip();
            final long kib = Long.parseLong(size.replaceAll("\\D", "")) * (size.endsWith("M") ? 1_024 : 1);
            return (int) Math.max(1, kib * 1_024 / BYTES_OF_A_THREAD);
        } catch (IOException | NumberFormatException e) {
            return defaults.cacheThreads();
        }
    }
}
