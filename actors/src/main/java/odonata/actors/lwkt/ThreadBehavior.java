package odonata.actors.lwkt;

import akka.actor.typed.Behavior;
import akka.actor.typed.ExtensibleBehavior;
import akka.actor.typed.Signal;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import odonata.actors.cpu.ThreadBody;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgPort;

/**
 * The behaviour of a thread's actor, and what the scheduler runs for its messages. An exception out of it is the thread's death,
 * {@link odonata.actors.cpu.Cpu#died}.
 */
final class ThreadBehavior<C> extends ExtensibleBehavior<Msg<C>> implements ThreadBody {
    private final LwktThread<C> thread;

    ThreadBehavior(final LwktThread<C> thread) {
        this.thread = thread;
    }

    @Override
    @SuppressWarnings("unchecked") // messages on the port have the thread's type
    public void receive(final Msg<?> msg) {
        try {
            thread.receive((Msg<C>) msg);
        } catch (final RuntimeException | Error e) {
            thread.td().gd().died(thread.td().thread(), e);
        }
    }

    @Override
    public void rollup() {
        thread.rollup();
    }

    @Override
    public Behavior<Msg<C>> elsewhere() {
        return Behaviors.setup(there -> {
            thread.td().arrived();
            return this;
        });
    }

    /** What Akka gives it: the end of the thread, or what another actor has told it. */
    @Override
    public Behavior<Msg<C>> receive(final TypedActorContext<Msg<C>> context, final Msg<C> msg) {
        if (msg != MsgPort.END) {
            receive(msg);
        }
        return thread.td().thread().isOver() ? Behaviors.stopped() : this;
    }

    @Override
    public Behavior<Msg<C>> receiveSignal(final TypedActorContext<Msg<C>> context, final Signal signal) {
        return this;
    }
}
