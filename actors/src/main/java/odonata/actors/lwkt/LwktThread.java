package odonata.actors.lwkt;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.util.function.Function;
import odonata.actors.cpu.Cpu;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgState;
import odonata.protocol.errno.NetError;

/**
 * A light-weight kernel thread: one actor on one CPU at a time. It receives one message after another, never blocks its carrier, and says
 * in continuations what follows a wait.
 *
 * @param <C> its commands, a sealed interface
 */
public abstract class LwktThread<C> {
    private final Td td;
    private Handlers<C> table;

    /** To be called by the factory given to {@link #behavior} only. */
    protected LwktThread(final Td td) {
        this.td = td;
    }

    /** The behaviour to be given to {@link Cpu#spawn}; {@code factory} runs when the thread first runs. */
    public static <C> Behavior<Msg<C>> behavior(final Function<Td, ? extends LwktThread<C>> factory) {
        return Behaviors.setup(context -> {
            final Cpu cpu = Cpu.of(context.getSystem());
            final Td td = new Td(cpu, cpu.curthread());
            try {
                final LwktThread<C> thread = factory.apply(td);
                thread.table = thread.handlers().build();
                final ThreadBehavior<C> body = new ThreadBehavior<>(thread);
                td.thread().begins(body);
                return body;
            } catch (final RuntimeException | Error e) {
                cpu.died(td.thread(), e);
                return Behaviors.stopped();
            }
        });
    }

    /** This thread. */
    protected final Td td() {
        return td;
    }

    /** The handler of every command; asked once. */
    protected abstract Handlers<C> handlers();

    /** A reply that was not given to a continuation. */
    protected void onReply(final Msg<?> msg) {}

    /**
     * The originator wants {@code msg} to end early, which this thread has received as a request and neither replied nor passed
     * on. To reply it now, usually EINTR, is the polite answer; to do nothing, and to reply it in due course, is allowed.
     */
    protected void onAbort(final Msg<C> msg) {}

    /** Runs after a batch: port empty, or {@code lwkt.port.rollup-batch} messages since the last time. */
    protected void rollup() {}

    /** What nobody waits for: a request, an abort, a reply without a continuation. A user process is in the kernel yet. */
    protected void accept(final Msg<C> msg) {
        deliver(msg);
    }

    /** A reply or an abort to its hook, a request to its handler. */
    protected final void deliver(final Msg<C> msg) {
        if (msg.isReply()) {
            onReply(msg);
        } else if (MsgState.takeAbort(msg)) {
            onAbort(msg);
        } else if (msg.isProxy() && !table.handles(msg)) {
            msg.reply(NetError.EINVAL);
        } else {
            table.handle(msg);
        }
    }

    /** One message: a reply goes to who waits for it. */
    final void receive(final Msg<C> msg) {
        if (!msg.isReply() || !MsgState.resume(msg)) {
            accept(msg);
        }
    }
}
