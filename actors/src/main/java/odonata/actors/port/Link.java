package odonata.actors.port;

/** An element of an intrusive queue: a {@link Msg}, or what Akka itself sends to an actor (timers, adapted messages). */
abstract sealed class Link permits Msg, AkkaLink {
    Link prev;
    Link next;
    PortQueue queue;

    /** Goes before what is not. */
    abstract boolean isUrgent();
}
