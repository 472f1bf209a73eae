package odonata.actors.port;

/** How far the originator's wish to abort has come. Belongs to the CPU of the reply port; it changes while the message is away. */
enum AbortStage {
    /** Not sent, completed, or told by plain Akka means: there is nobody to ask. */
    NONE,
    /** Sent; an abort may be asked for. */
    POSSIBLE,
    /** Asked for; the request follows the message, and a reply is held back until it has met it. */
    TRAVELLING,
    /** Still on its way; the reply is there and waits for it. */
    REPLY_WAITS,
    /** The request has met the message. There is no second. */
    MET
}
