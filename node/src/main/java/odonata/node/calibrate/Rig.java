package odonata.node.calibrate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;

/** A machine of some CPUs on the wall clock whose threads do what they are told, and which ends with the measurement. */
final class Rig implements AutoCloseable {
    private static final long PATIENCE_S = 300;

    private final CompletableFuture<Void> done = new CompletableFuture<>();
    final Machine machine;

    Rig(final int cpus, final CpuSettings settings) {
        machine = Machine.onWallClock(
                1, IntStream.range(0, cpus).boxed().toList(), settings, (cpu, e) -> done.completeExceptionally(e));
    }

    /** What the threads are told. */
    sealed interface Cmd {
        /** Begin, or go on. */
        enum Go implements Cmd {
            INSTANCE
        }

        /** The n-th of several. */
        record Item(int n) implements Cmd {}
    }

    /** A thread that hands every message and every reply on. */
    static final class Worker extends LwktThread<Cmd> {
        private final Body body;

        Worker(final Td td, final Body body) {
            super(td);
            this.body = body;
        }

        @Override
        protected Handlers<Cmd> handlers() {
            return Handlers.of(Cmd.class)
                    .on(Cmd.Go.class, msg -> body.go(td(), msg))
                    .on(Cmd.Item.class, msg -> body.item(td(), msg));
        }

        @Override
        protected void onReply(final Msg<?> msg) {
            body.reply(td(), msg);
        }
    }

    /** What a thread does. */
    interface Body {
        /** Told to begin, or to go on. */
        default void go(final Td td, final Msg<Cmd.Go> msg) {}

        /** Was sent one of several. */
        default void item(final Td td, final Msg<Cmd.Item> msg) {
            msg.reply(NetError.OK);
        }

        /** What it sent was replied. */
        default void reply(final Td td, final Msg<?> msg) {}
    }

    Port<Cmd> spawn(final int cpu, final Body body) {
        return machine.cpu(cpu)
                .spawn(
                        "calibrate",
                        Pri.KERN_DAEMON,
                        0,
                        ThreadClass.KERNEL,
                        LwktThread.behavior(td -> new Worker(td, body)));
    }

    /** Starts the CPUs, has {@code first} begin, and waits until a thread has called {@link #finished}. */
    void run(final Port<Cmd> first) throws InterruptedException {
        machine.start();
        machine.cpu(first.cpu()).injectMsg(first, Msg.init(Cmd.Go.INSTANCE, Port.none()));
        await(done);
    }

    static void await(final CompletableFuture<Void> end) throws InterruptedException {
        try {
            end.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a measurement failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("a measurement did not end within " + PATIENCE_S + " s", e);
        }
    }

    /** The measurement is over; any thread. */
    void finished() {
        done.complete(null);
    }

    @Override
    public void close() {
        machine.close();
    }

    /** Settings whose CPUs look for work {@code spins} times before they park. */
    static CpuSettings spinning(final CpuSettings s, final int spins) {
        return new CpuSettings(
                s.ringCapacity(),
                s.uplinkCapacity(),
                s.ringBatch(),
                s.throughput(),
                s.turn(),
                spins,
                0,
                s.highwater(),
                s.inbox(),
                s.rollupBatch(),
                s.accounting(),
                0);
    }
}
