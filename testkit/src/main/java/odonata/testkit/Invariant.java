package odonata.testkit;

/** The invariants that the checkers look at. Source: section 8.4 of the reference. */
public enum Invariant {
    /** Only the owner thread takes messages from its port; any other caller is rejected. */
    I20,
    /** Each send has exactly one completion. */
    I21,
    /** One sender's messages to one port are received in their order within a class; urgent ones before any normal one that waits. */
    I24,
    /** Messages queued, held, in transit and done are together those that were made. */
    I31,
    /** A ring entry is executed once, on the target CPU, in the order of its source. */
    I33,
    /** Senders that fill each other's rings come to an end. */
    I34,
    /** No more wake-ups than entries; nothing is left unserved when all is quiet. */
    I36,
    /** Both directions of a flow have one hash and one CPU, seen from every member. */
    I40,
    /** A flow's packets are served once, in order, on one CPU at a time. */
    I41,
    /** What is sent to a port whose owner has moved arrives exactly once. */
    I62,
    /** An assertion of the kernel itself. */
    KASSERT
}
