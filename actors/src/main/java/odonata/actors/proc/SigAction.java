package odonata.actors.proc;

import java.util.function.Consumer;

/** What a process does about a signal. */
public sealed interface SigAction {

    /** What needs no program. */
    enum Fixed implements SigAction {
        /** What {@link Signal} says: the end of the process, its stop, or nothing. */
        DEFAULT,
        /** Nothing. */
        IGNORE
    }

    /**
     * Runs a function of the program in user mode, with the signal blocked, before the program goes on. It may send, change what the program
     * knows, and exit; it must not wait.
     */
    record Catch(Consumer<Signal> handler) implements SigAction {}
}
