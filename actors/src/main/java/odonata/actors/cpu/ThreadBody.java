package odonata.actors.cpu;

import akka.actor.typed.Behavior;
import odonata.actors.port.Msg;

/**
 * What a thread does, made by the behaviour of its actor. From then on the scheduler gives it the messages of its port itself: Akka's
 * mailbox, cell and behaviour are run for what is Akka's (start, signals, what was told to the actor, its end), not for each message.
 * So what may be wrapped around the behaviour (timers, supervision) works, but an interceptor sees no message of the port.
 */
public interface ThreadBody {

    /** One message, while the thread runs. Throws nothing: an exception is the thread's death, {@link Cpu#died}. */
    void receive(Msg<?> msg);

    /** After a batch: when the port is empty, or after {@code lwkt.port.rollup-batch} messages. */
    void rollup();

    /** The behaviour of its actor on another CPU, when it migrates. */
    Behavior<?> elsewhere();
}
