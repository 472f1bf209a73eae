package odonata.actors.port;

import akka.dispatch.Envelope;

/** An element of an intrusive queue: a {@link Msg}, or what Akka itself sends to an actor (timers, adapted messages). */
abstract sealed class Link permits Msg, AkkaLink {
    Link prev;
    Link next;
    PortQueue queue;

    /** What Akka's mailbox is given for this element. */
    abstract Envelope envelope();
}
