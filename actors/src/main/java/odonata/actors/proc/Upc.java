package odonata.actors.proc;

import java.util.List;
import java.util.function.Consumer;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;

/**
 * Upcalls: the kernel calls a function of the program, with what has happened since it did so last. They are what a thread package in
 * user space stands on (R20): it makes calls by {@link UserTd#sendsys}, runs another of its threads when one would block, and learns from an
 * upcall when it has not to wait any more. So the kernel needs one thread for a process, however many that has.
 *
 * <p>An upcall is delivered where a signal would be. It may not when the program is in a critical section, as the {@link Shared} memory
 * says; then it is pending, and what happens meanwhile comes with it. Source: {@code upc_register}, {@code upc_control} of 2003.
 *
 * @param <R> what the call returns
 */
public sealed interface Upc<R> extends SysCall<R> {
    /** Most upcalls of a process. */
    int MOST = 32;

    /**
     * Adds an upcall; returns its number. The function may send, change what the program knows, and exit; it must not wait. ENOMEM: there are
     * {@link #MOST}.
     */
    record Register(Shared shared, Consumer<List<Object>> function) implements Upc<Integer> {}

    /**
     * Calls an upcall of a process, with something immutable. ENOENT: it has none of that number; ESRCH: no such process; EPERM: not root, and
     * not a process of the same user.
     */
    record Dispatch(int pid, int upcall, Object event) implements Upc<Void> {}

    /** Removes an upcall of the caller, with what is pending; {@link #ALL}: all of them. ENOENT: there is none of that number. */
    record Delete(int upcall) implements Upc<Void> {
        /** All of them. */
        public static final int ALL = -1;
    }

    /** What is pending, and may be delivered, is before this returns; for who leaves a critical section. How many things were pending. */
    enum Poll implements Upc<Integer> {
        INSTANCE
    }

    /**
     * A call made by {@link UserTd#sendsys} has ended.
     *
     * @param tag what its caller knows it by
     * @param error its error
     * @param value what it returned, or null
     */
    record Returned(Object tag, NetError error, Object value) {}

    /**
     * Memory that program and kernel share. The program changes it without a call, so entering and leaving a critical section costs nothing as
     * long as nothing is pending.
     */
    final class Shared {
        private int crit;
        private boolean pending;

        /** No upcall is delivered until {@link #critExit}. They nest. */
        public void critEnter() {
            crit++;
        }

        /** True when {@link Poll} is to be called now: it was the outermost, and something came meanwhile. */
        public boolean critExit() {
            Kassert.check(crit > 0, "end of a critical section that has not begun");
            crit--;
            return crit == 0 && pending;
        }

        boolean isCritical() {
            return crit > 0;
        }

        void pending(final boolean now) {
            pending = now;
        }
    }
}
