package odonata.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One thread sends new messages to another one on another CPU, as many as it can, and nobody replies; an operation is one message. */
public class FloodBench {
    static final int BATCH = 500_000;

    private static final byte[] COMMAND = new byte[0];

    /** Our machine of two CPUs. */
    @State(Scope.Benchmark)
    public static class Lwkt {
        private Machine machine;
        private Stream stream;

        /** Starts it. */
        @Setup
        public void start() {
            machine = Machine.onWallClock(1, List.of(0, 1), CpuSettings.defaults(), Failures::panicked);
            stream = new Stream(machine.cpu(0), machine.cpu(1), COMMAND);
            machine.start();
        }

        /** Stops it. */
        @TearDown
        public void stop() {
            machine.close();
        }
    }

    /** A ring as large as ours, a thread that fills it and one that empties it; both spin. */
    @State(Scope.Benchmark)
    public static class Ring {
        private final OneToOneConcurrentArrayQueue<Msg<byte[]>> queue =
                new OneToOneConcurrentArrayQueue<>(CpuSettings.defaults().ringCapacity());
        private final Thread consumer = new Thread(this::consume, "consumer");
        private volatile boolean stopping;
        private volatile CompletableFuture<Void> done;

        /** Starts the consumer. */
        @Setup
        public void start() {
            consumer.setDaemon(true);
            consumer.start();
        }

        /** Ends it. */
        @TearDown
        public void stop() throws InterruptedException {
            stopping = true;
            consumer.join();
        }

        private void consume() {
            int count = 0;
            while (!stopping) {
                final Msg<byte[]> msg = queue.poll();
                if (msg == null) {
                    Thread.onSpinWait();
                } else if (msg.command() == COMMAND && ++count == BATCH) {
                    count = 0;
                    done.complete(null);
                }
            }
        }
    }

    /** Our side. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void lwkt(final Lwkt state) {
        Failures.await(state.stream.go(BATCH));
    }

    /** Theirs. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void ring(final Ring state) {
        final CompletableFuture<Void> end = new CompletableFuture<>();
        state.done = end;
        for (int i = 0; i < BATCH; i++) {
            final Msg<byte[]> msg = Msg.init(COMMAND, Port.none());
            while (!state.queue.offer(msg)) {
                Thread.onSpinWait();
            }
        }
        Failures.await(end);
    }
}
