package odonata.actors.proc;

import java.util.Optional;
import java.util.Set;
import odonata.actors.port.Port;

/** System calls that every kernel has. */
public sealed interface Sys<R> extends SysCall<R> {

    /** The number of the calling process. */
    enum Getpid implements Sys<Integer> {
        INSTANCE
    }

    /** The number of the parent; 0 when that has ended, or the kernel made the process. */
    enum Getppid implements Sys<Integer> {
        INSTANCE
    }

    /** Becomes another user: real and effective. EPERM unless root, or it is the real one. */
    record Setuid(int uid) implements Sys<Void> {}

    /** Changes the own nice value. EINVAL: not -20..20; EACCES: better than before, and not root. */
    record Setpriority(int nice) implements Sys<Void> {}

    /**
     * Changes how the caller, and what it forks from now on, is scheduled, and where. Returns the CPU on which it goes on: if it has to
     * leave its own, it is on the other when the call returns. EPERM: not root, unless it only asks; EINVAL: no such policy, not a CPU of
     * this machine, or no CPU would be left.
     */
    record UschedSet(UschedCmd what) implements Sys<Integer> {}

    /** Sleeps. EINVAL: negative. */
    record Nanosleep(long ns) implements Sys<Void> {}

    /**
     * Makes a child with the caller's credentials, class and nice value, on the CPU that the user scheduler chooses. Replied when it
     * exists.
     */
    record Fork(Image<?> image) implements Sys<Child> {}

    /**
     * Waits until a child has ended, or has ended already and was not waited for. ECHILD: there is no such child; EINTR: a signal came.
     *
     * @param pid its number; {@link #ANY} for whichever ended first
     * @param options what else to wait for
     */
    record Wait4(int pid, Set<WaitOption> options) implements Sys<Waited> {
        /** Any child. */
        public static final int ANY = -1;

        /** Copies the options. */
        public Wait4 {
            options = Set.copyOf(options);
        }

        /** Without options. */
        public Wait4(final int pid) {
            this(pid, Set.of());
        }
    }

    /** Options of {@link Wait4}. */
    enum WaitOption {
        /** Does not wait: returns null when there is nothing to tell. */
        WNOHANG,
        /** A child has stopped: told once for each time. */
        WUNTRACED,
        /** A child that was stopped goes on: told once. */
        WCONTINUED
    }

    /** Sends a signal. ESRCH: no such process; EPERM: not root, and not a process of the same user. */
    record Kill(int pid, Signal signal) implements Sys<Void> {}

    /** What to do about a signal from now on; returns what was done before. EINVAL: SIGKILL, SIGSTOP. */
    record Sigaction(Signal signal, SigAction action) implements Sys<SigAction> {}

    /** Blocks these signals and no others: they stay pending. Returns those blocked before. SIGKILL and SIGSTOP are let through. */
    record Sigprocmask(Set<Signal> blocked) implements Sys<Set<Signal>> {

        /** Copies them. */
        public Sigprocmask {
            blocked = Set.copyOf(blocked);
        }
    }

    /**
     * What {@link Wait4} says of a child.
     *
     * @param pid its number
     * @param change what has become of it
     * @param status what it gave to {@link UserTd#exit(int)}; 0 otherwise
     * @param signal what ended or stopped it, if it did not end itself
     */
    record Waited(int pid, Change change, int status, Optional<Signal> signal) {

        /** What becomes of a process. */
        public enum Change {
            /** It has ended. */
            ENDED,
            /** It has stopped. */
            STOPPED,
            /** It goes on. */
            CONTINUED
        }

        /** One that has ended. */
        public Waited(final int pid, final int status, final Optional<Signal> signal) {
            this(pid, Change.ENDED, status, signal);
        }
    }

    /**
     * A child.
     *
     * @param pid its number
     * @param port what it is sent goes here
     */
    record Child(int pid, Port<?> port) {}
}
