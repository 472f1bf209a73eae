package odonata.actors.proc;

import odonata.actors.lwkt.Handlers;
import odonata.actors.port.Msg;

/**
 * A user program: what a process runs in user mode. It is written like a kernel thread; every method but the constructor runs only
 * while the process is designated by the user scheduler of its CPU, and is no point at which it could lose that. Such points are
 * between two messages, at the calls of {@link UserTd} that take what is to follow, and between two slices of {@link UserTd#run}.
 *
 * @param <C> its commands, a sealed interface
 */
public abstract class UserProgram<C> {
    private final UserTd td;

    /** To be called by the function of an {@link Image} only. */
    protected UserProgram(final UserTd td) {
        this.td = td;
    }

    /** The process's view of itself. */
    protected final UserTd td() {
        return td;
    }

    /** Where it begins. When it has returned the process stays, and takes messages, until it calls {@link UserTd#exit}. */
    protected void main() {}

    /** The handler of every command; {@link Handlers#none} when it is sent none. */
    protected abstract Handlers<C> handlers();

    /** A reply that was not given to a continuation. */
    protected void onReply(final Msg<?> msg) {}

    /** As the hook of the same name of a kernel thread. */
    protected void onAbort(final Msg<C> msg) {}
}
