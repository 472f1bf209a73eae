package odonata.node.member;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.Ktr;
import odonata.actors.cpu.Machine;
import odonata.node.trace.ChromeTrace;
import odonata.node.trace.TraceRequest;
import odonata.node.trace.TraceView;
import odonata.node.trace.TraceViews;

/** Lets the CPUs of this member record, and collects what they have. Any thread. */
final class MemberTrace {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Machine machine;
    private final IntFunction<Executor> afterSeconds;
    private final AtomicLong recordings = new AtomicLong();

    /** Of a machine; {@code afterSeconds} runs a function so many seconds later. */
    MemberTrace(final Machine machine, final IntFunction<Executor> afterSeconds) {
        this.machine = machine;
        this.afterSeconds = afterSeconds;
    }

    private record Recorded(Cpu cpu, long lost, List<Ktr.Event> events) {}

    /** Begins anew on every CPU; ends by itself when nobody ends it. */
    void start(final TraceRequest request) {
        final long number = recordings.incrementAndGet();
        machine.cpus().forEach(cpu -> cpu.inject(() -> cpu.ktr(new Ktr(cpu, request.events()))));
        afterSeconds.apply(request.seconds()).execute(() -> {
            if (recordings.get() == number) {
                machine.cpus().forEach(cpu -> cpu.inject(() -> restore(cpu)));
            }
        });
    }

    /** Ends, with what every CPU has; one that records nothing has none. */
    CompletionStage<TraceView> stop() {
        recordings.incrementAndGet();
        return EachCpu.ask(machine, cpu -> {
                    final Recorded part = recorded(cpu);
                    restore(cpu);
                    return part;
                })
                .thenApply(this::view);
    }

    /** Writes what a CPU recorded up to now, if anything. On its carrier. */
    static boolean write(final Cpu cpu, final Path file) throws IOException {
        if (cpu.ktr() == null) {
            return false;
        }
        final Recorded last = recorded(cpu);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            final long unused = ChromeTrace.write(
                    List.of(new TraceViews(cpu.member())
                            .add(cpu, last.lost, last.events)
                            .view("", wallNs())),
                    out);
        }
        return true;
    }

    private TraceView view(final List<Recorded> parts) {
        final TraceViews views = new TraceViews(machine.member());
        parts.forEach(part -> views.add(part.cpu, part.lost, part.events));
        return views.view(clock(), wallNs());
    }

    private static Recorded recorded(final Cpu cpu) {
        final Ktr ring = cpu.ktr();
        return ring == null ? new Recorded(cpu, 0, List.of()) : new Recorded(cpu, ring.lost(), ring.events());
    }

    /** What the CPU records from its start on. */
    private static void restore(final Cpu cpu) {
        cpu.ktr(cpu.settings().ktr() == 0 ? null : new Ktr(cpu, cpu.settings().ktr()));
    }

    /** The same for all processes of a machine since it was started. */
    private static String clock() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Nanoseconds since 1970 when the CPUs' clock was at 0. */
    static long wallNs() {
        final Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - System.nanoTime();
    }
}
