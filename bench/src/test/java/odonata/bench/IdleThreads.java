package odonata.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
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
import odonata.protocol.errno.NetError;

/** Very many threads on one CPU, each of which answers one message and then has nothing to do. */
final class IdleThreads {
    private static final int WINDOW = 64;

    private IdleThreads() {}

    /** Bytes of heap of one of so many threads, with its port, after all of them have answered. */
    static double bytes(final Effort effort) {
        final int threads = effort.threads();
        try (Machine machine = Machine.onWallClock(1, List.of(0), CpuSettings.defaults(), Failures::panicked)) {
            final Cpu cpu = machine.cpu(0);
            final CompletableFuture<Integer> answers = new CompletableFuture<>();
            final int first = cpu.spawn("asks", Pri.KERN_DAEMON, 0, ThreadClass.KERNEL, asks(threads, answers))
                            .index()
                    + 1;
            final long before = Heap.used();
            for (int i = 0; i < threads; i++) {
                final Port<byte[]> port =
                        cpu.spawn("idle", Pri.KERN_DAEMON, 0, ThreadClass.KERNEL, LwktThread.behavior(Answers::new));
                if (port.index() != first + i) {
                    throw new IllegalStateException("port " + port + " of thread " + i + ": asks would not find it");
                }
            }
            machine.start();
            cpu.injectMsg(new Port<>(0, first - 1), Msg.init(new byte[0], Port.none()));
            Failures.await(answers.thenAccept(n -> {
                if (n != threads) {
                    throw new IllegalStateException(n + " of " + threads + " threads answered");
                }
            }));
            return (double) (Heap.used() - before) / threads;
        }
    }

    private static akka.actor.typed.Behavior<Msg<byte[]>> asks(
            final int threads, final CompletableFuture<Integer> answers) {
        return LwktThread.behavior(td -> new Asks(td, threads, answers));
    }

    private static final class Answers extends LwktThread<byte[]> {
        Answers(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<byte[]> handlers() {
            return Handlers.of(byte[].class).on(byte[].class, msg -> msg.reply(NetError.OK));
        }
    }

    /** Asks the threads whose ports follow its own, one after another, some at a time. */
    private static final class Asks extends LwktThread<byte[]> {
        private final int threads;
        private final CompletableFuture<Integer> answers;
        private int asked;
        private int answered;

        Asks(final Td td, final int threads, final CompletableFuture<Integer> answers) {
            super(td);
            this.threads = threads;
            this.answers = answers;
        }

        @Override
        protected Handlers<byte[]> handlers() {
            return Handlers.of(byte[].class).on(byte[].class, msg -> {
                for (int i = 0; i < Math.min(WINDOW, threads); i++) {
                    ask();
                }
            });
        }

        private void ask() {
            asked++;
            td().sendMsg(new Port<>(0, td().<byte[]>port().index() + asked), td().initMsg(new byte[0]));
        }

        @Override
        protected void onReply(final Msg<?> msg) {
            if (msg.error() != NetError.OK) {
                Failures.failed(new IllegalStateException("replied " + msg.error()));
            }
            answered++;
            if (asked < threads) {
                ask();
            } else if (answered == threads) {
                answers.complete(answered);
            }
        }
    }
}
