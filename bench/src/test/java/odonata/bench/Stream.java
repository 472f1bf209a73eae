package odonata.bench;

import java.util.concurrent.CompletableFuture;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;

/** A thread that sends new messages with the same command to a thread of another CPU, of the same or another machine. No reply. */
final class Stream {
    /** Sent in one go; then others of the CPU have their turn. */
    private static final int BURST = 128;

    private final Cpu cpu;
    private final byte[] command;
    private final Port<Go> source;
    private final Port<byte[]> sink;
    private volatile CompletableFuture<Void> done = new CompletableFuture<>();
    /** Of this batch; written before it begins. */
    private volatile int total;

    /** Before the machines start. */
    Stream(final Cpu from, final Cpu to, final byte[] command) {
        this.cpu = from;
        this.command = command;
        sink = to.spawn("sink", Pri.KERN_DAEMON, 0, ThreadClass.KERNEL, LwktThread.behavior(Sink::new));
        source = from.spawn("source", Pri.KERN_DAEMON, 0, ThreadClass.KERNEL, LwktThread.behavior(Source::new));
    }

    /** Sends that many messages; completed when all were received. */
    CompletableFuture<Void> go(final int messages) {
        final CompletableFuture<Void> end = new CompletableFuture<>();
        done = end;
        total = messages;
        cpu.injectMsg(source, Msg.init(new Go(messages), Port.none()));
        return end;
    }

    private record Go(int n) {}

    private final class Source extends LwktThread<Go> {
        private int left;

        Source(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<Go> handlers() {
            return Handlers.of(Go.class).on(Go.class, this::onGo);
        }

        private void onGo(final Msg<Go> msg) {
            left += msg.command().n();
            final int now = Math.min(BURST, left);
            for (int i = 0; i < now; i++) {
                td().sendMsg(sink, td().initMsg(command, Port.none()));
            }
            left -= now;
            if (left > 0) {
                td().sendMsg(source, td().initMsg(GO_ON, Port.none()));
            }
        }
    }

    private static final Go GO_ON = new Go(0);

    private final class Sink extends LwktThread<byte[]> {
        private int count;

        Sink(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<byte[]> handlers() {
            return Handlers.of(byte[].class).on(byte[].class, msg -> {
                if (++count == total) {
                    count = 0;
                    done.complete(null);
                }
            });
        }
    }
}
