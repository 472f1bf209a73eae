package odonata.actors.proc;

import odonata.actors.port.Port;

/** System calls that every kernel has. */
public sealed interface Sys<R> extends SysCall<R> {

    /** The number of the calling process. */
    enum Getpid implements Sys<Integer> {
        INSTANCE
    }

    /** Becomes another user: real and effective. EPERM unless root, or it is the real one. */
    record Setuid(int uid) implements Sys<Void> {}

    /** Changes the own nice value. EINVAL: not -20..20; EACCES: better than before, and not root. */
    record Setpriority(int nice) implements Sys<Void> {}

    /** Sleeps. EINVAL: negative. */
    record Nanosleep(long ns) implements Sys<Void> {}

    /**
     * Makes a child with the caller's credentials, class and nice value, on the CPU that the user scheduler chooses. Replied when it
     * exists.
     */
    record Fork(Image<?> image) implements Sys<Child> {}

    /**
     * A child.
     *
     * @param pid its number
     * @param port what it is sent goes here
     */
    record Child(int pid, Port<?> port) {}
}
