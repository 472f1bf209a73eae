package odonata.bench;

import java.util.List;
import java.util.stream.IntStream;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A message sent and received, on one CPU and between two, by one pair of threads and by many; an operation is one message. */
public class PingPongBench {
    static final int BATCH = 100_000;

    /** Our machine. */
    @State(Scope.Benchmark)
    public static class Lwkt {
        @Param("1")
        int cpus;

        @Param("1")
        int pairs;

        /** CPU time accounted by class of thread, {@code lwkt.accounting}. */
        @Param("true")
        boolean accounting;

        /** Events recorded, {@code lwkt.ktr}. */
        @Param("0")
        int ktr;

        private Machine machine;
        private Pairs running;

        /** Starts it. */
        @Setup
        public void start() {
            final CpuSettings d = CpuSettings.defaults();
            final CpuSettings settings = new CpuSettings(
                    d.ringCapacity(),
                    d.uplinkCapacity(),
                    d.ringBatch(),
                    d.throughput(),
                    d.turn(),
                    d.spins(),
                    d.yields(),
                    d.highwater(),
                    d.inbox(),
                    d.rollupBatch(),
                    accounting,
                    ktr);
            final List<Integer> ids = IntStream.range(0, cpus).boxed().toList();
            machine = Machine.onWallClock(1, ids, settings, Failures::panicked);
            running = new Pairs(machine, pairs, cpus - 1);
            machine.start();
        }

        /** Stops it. */
        @TearDown
        public void stop() {
            machine.close();
        }
    }

    /** Plain Akka. */
    @State(Scope.Benchmark)
    public static class Akka {
        @Param("1")
        int cpus;

        @Param("1")
        int pairs;

        /** Which kind of executor the dispatchers have. */
        @Param("thread-pool")
        String executor;

        private AkkaPairs running;

        /** Starts it. */
        @Setup
        public void start() {
            running = new AkkaPairs(pairs, cpus, executor);
        }

        /** Stops it. */
        @TearDown
        public void stop() {
            running.close();
        }
    }

    /** Our side. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void lwkt(final Lwkt state) {
        Failures.await(state.running.go(BATCH));
    }

    /** Theirs. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void akka(final Akka state) {
        Failures.await(state.running.go(BATCH));
    }
}
