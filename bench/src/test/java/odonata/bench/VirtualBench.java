package odonata.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Virtual time on one core: one pair a CPU plays ping-pong with the next CPU; an operation is one message taken by a thread. */
public class VirtualBench {
    static final int BATCH = 409_600;

    /** A machine under a conductor. */
    @State(Scope.Benchmark)
    public static class Virtual implements AutoCloseable {
        /** CPUs. */
        @Param("64")
        int cpus;

        private Conductor conductor;
        private Machine machine;
        private Pairs pairs;

        /** Makes the CPUs. */
        @Setup
        public void start() {
            conductor = Conductor.create(CostModel.defaults());
            final List<Integer> ids = IntStream.range(0, cpus).boxed().toList();
            machine = Machine.inVirtualTime(conductor, 1, ids, CpuSettings.defaults(), Failures::panicked);
            pairs = new Pairs(machine, cpus, 1);
            machine.start();
        }

        /** Runs until all messages have come. */
        void run(final int messages) {
            final CompletableFuture<Void> end = pairs.go(messages);
            conductor.runUntilQuiet(Long.MAX_VALUE);
            if (!end.isDone()) {
                throw new IllegalStateException("quiet before all answers were there");
            }
        }

        /** Ends them. */
        @TearDown
        @Override
        public void close() {
            machine.close();
        }
    }

    /** Our side; the other is a number. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void virtual(final Virtual state) {
        state.run(BATCH);
    }
}
