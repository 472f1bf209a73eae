package odonata.actors.lwkt;

import akka.actor.typed.Behavior;
import akka.actor.typed.ExtensibleBehavior;
import akka.actor.typed.Signal;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import odonata.actors.port.Msg;

/** What Akka runs for a thread. An exception out of it is the thread's death, {@link odonata.actors.cpu.Cpu#died}. */
final class ThreadBehavior<C> extends ExtensibleBehavior<Msg<C>> {
    private final LwktThread<C> thread;

    ThreadBehavior(final LwktThread<C> thread) {
        this.thread = thread;
    }

    @Override
    public Behavior<Msg<C>> receive(final TypedActorContext<Msg<C>> context, final Msg<C> msg) {
        try {
            thread.receive(msg);
        } catch (final RuntimeException | Error e) {
            thread.td().gd().died(thread.td().thread(), e);
            return Behaviors.stopped();
        }
        return thread.td().isExiting() ? Behaviors.stopped() : this;
    }

    @Override
    public Behavior<Msg<C>> receiveSignal(final TypedActorContext<Msg<C>> context, final Signal signal) {
        return this;
    }
}
