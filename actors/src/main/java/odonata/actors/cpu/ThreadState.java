package odonata.actors.cpu;

import java.util.Set;

/**
 * A thread at one moment, as {@code ps -L} shows it.
 *
 * @param ordinal number of the thread on its CPU, in order of creation
 * @param name for people
 * @param portIndex number of its port; 0 for a thread that Akka made for itself
 * @param pri 1..31
 * @param threadClass what it is for
 * @param status what it does
 * @param flags see {@link TdFlag}
 * @param wmesg what it waits for; empty when it waits for nothing but the next message
 * @param critCount critical sections that it is in
 * @param tokens tokens that it holds or wants
 * @param depth messages that wait on its port
 * @param served messages that it took since it exists
 */
public record ThreadState(
        int ordinal,
        String name,
        int portIndex,
        int pri,
        ThreadClass threadClass,
        Status status,
        Set<TdFlag> flags,
        String wmesg,
        int critCount,
        int tokens,
        long depth,
        long served) {

    /** Copies the flags. */
    public ThreadState {
        flags = Set.copyOf(flags);
    }

    /** What a thread does. The kernel has no such field; it follows from the flags (2.2). */
    public enum Status {
        /** Has the CPU. */
        RUNNING,
        /** Had the CPU until an interrupt thread took it. */
        PREEMPTED,
        /** Could run: has messages, or what it waited for has come. */
        RUNNABLE,
        /** Waits for one thing, which {@link ThreadState#wmesg} names. */
        BLOCKED,
        /** Was descheduled: takes nothing until somebody schedules it. */
        STOPPED,
        /** On its way to another CPU. */
        MIGRATING,
        /** Has ended; somebody holds its structure. On no list. */
        EXITED,
        /** Waits for the next message on its port. */
        WAITPORT
    }
}
