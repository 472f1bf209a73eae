package odonata.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.protocol.errno.NetError;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A synchronous call that is answered at once: by {@code domsg} to a synchronous port, and by a call through an interface. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DomsgBench {
    static final int BATCH = 1_000_000;

    private record Call(int n) {}

    /** What both sides call; never inlined, so that it is a call. */
    interface Service {
        NetError put(Msg<Call> msg);
    }

    private static final class Adder implements Service {
        private long sum;

        @CompilerControl(CompilerControl.Mode.DONT_INLINE)
        @Override
        public NetError put(final Msg<Call> msg) {
            sum += msg.command().n();
            return sum < 0 ? NetError.EINVAL : NetError.OK;
        }
    }

    /** A thread and a synchronous port on one CPU. */
    @State(Scope.Benchmark)
    public static class Lwkt {
        private Machine machine;
        private Port<Call> caller;
        private volatile CompletableFuture<Void> done;

        /** Starts it. */
        @Setup
        public void start() {
            machine = Machine.onWallClock(1, List.of(0), CpuSettings.defaults(), Failures::panicked);
            final Cpu cpu = machine.cpu(0);
            final Port<Call> service = cpu.register(0, SyncPort.putOnly(new Adder()::put));
            caller = cpu.spawn(
                    "caller",
                    Pri.KERN_DAEMON,
                    0,
                    ThreadClass.KERNEL,
                    LwktThread.behavior(td -> new Caller(td, service, this)));
            machine.start();
        }

        /** Stops it. */
        @TearDown
        public void stop() {
            machine.close();
        }
    }

    private static final class Caller extends LwktThread<Call> {
        private final Port<Call> service;
        private final Lwkt state;
        private long answers;

        Caller(final Td td, final Port<Call> service, final Lwkt state) {
            super(td);
            this.service = service;
            this.state = state;
        }

        @Override
        protected Handlers<Call> handlers() {
            return Handlers.of(Call.class).on(Call.class, this::onCall);
        }

        private void onCall(final Msg<Call> msg) {
            final Msg<Call> call = td().initMsg(new Call(1));
            final Consumer<Msg<Call>> then = reply -> answers += reply.error() == NetError.OK ? 1 : 0;
            final long before = answers;
            for (int i = 0; i < BATCH; i++) {
                td().doMsg(service, call, then);
            }
            if (answers - before != BATCH) {
                Failures.failed(new IllegalStateException(answers - before + " answers"));
            }
            state.done.complete(null);
        }
    }

    /** The same without ports. */
    @State(Scope.Benchmark)
    public static class Plain {
        private final Service service = new Adder();
        private final Msg<Call> call = Msg.init(new Call(1), Port.adone());
    }

    /** Our side. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void lwkt(final Lwkt state) {
        state.done = new CompletableFuture<>();
        state.machine.cpu(0).injectMsg(state.caller, Msg.init(new Call(1), Port.none()));
        Failures.await(state.done);
    }

    /** Theirs. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long plain(final Plain state) {
        long answers = 0;
        for (int i = 0; i < BATCH; i++) {
            answers += state.service.put(state.call) == NetError.OK ? 1 : 0;
        }
        return answers;
    }
}
