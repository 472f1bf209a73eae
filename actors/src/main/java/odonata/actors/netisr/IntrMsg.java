package odonata.actors.netisr;

/** Requests served by an interrupt thread. */
public sealed interface IntrMsg {

    /** The device has packets. */
    enum Intr implements IntrMsg {
        INSTANCE
    }

    /** Take what the device still has; {@code drained} runs when it is empty and all of it is on its way. */
    record Drain(Runnable drained) implements IntrMsg {}

    /** Take nothing from the device any more and end; {@code detached} runs when that is so. */
    record Detach(Runnable detached) implements IntrMsg {}
}
