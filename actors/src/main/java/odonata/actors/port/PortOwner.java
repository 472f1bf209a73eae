package odonata.actors.port;

import akka.dispatch.Envelope;
import odonata.protocol.errno.NetError;

/** The thread that owns a port, as the port sees it. */
public interface PortOwner {

    /** True while this thread runs: only then may messages be taken. */
    boolean isCurrent();

    /** True when the calling Java thread is the carrier of the CPU. */
    boolean onCarrier();

    /** True when the thread shall take no further message now. */
    boolean wantsReschedule();

    /** Makes the thread runnable; calling it again before it runs changes nothing. */
    void schedule();

    /**
     * What a foreign Java thread told the actor whose mailbox {@code port} is; goes through the inbox of the CPU. False when that is
     * full. The port may be that of a dead thread whose structure is another's by now.
     */
    boolean offerForeign(MsgPort port, Envelope envelope);

    /** Called for each message that the thread takes: a {@link Msg}, or what it was told by plain Akka means. */
    void taken(Object message);

    /** Passes on a message that the thread holds. */
    void forward(Msg<?> msg, Port<?> port);

    /** Replies a message that the thread holds. */
    void reply(Msg<?> msg, NetError error, Object result);

    /** The thread has ended; {@code msg} was a request that still waited. */
    void abandon(Msg<?> msg);

    /** The thread has ended; {@code msg} was a request that it had received, and neither replied nor passed on. */
    void abandonHeld(Msg<?> msg);

    /** Nanoseconds of the current turn's start. */
    long turnNs();
}
