package odonata.actors.proc;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import odonata.actors.cpu.Callout;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;

/**
 * A process's view of itself: the message calls of a kernel thread, with the same names and meaning, and system calls. Who is at the
 * other end of a port cannot tell a process from a kernel thread (R19).
 *
 * <p>Only the process itself may use it, in user mode. A call that takes what is to follow may be where the process loses the CPU to
 * others; it is to be the last thing that a handler does.
 */
public final class UserTd {
    /** The longest stretch of user time in which other threads of the CPU wait. */
    public static final long SLICE_NS = 1_000_000;

    private final Td td;
    private final Proc proc;
    private final UserMode mode;

    UserTd(final Td td, final Proc proc, final UserMode mode) {
        this.td = td;
        this.proc = proc;
        this.mode = mode;
    }

    /** Id of the CPU on which it is now. */
    public int cpu() {
        return td.cpu();
    }

    /** Nanoseconds on the CPU's clock. */
    public long now() {
        return td.now();
    }

    /** Its own port. */
    public <C> Port<C> port() {
        return td.port();
    }

    /** Where system calls go that are sent as messages: the port of this CPU. Not to be kept: the process may go to another. */
    public Port<SysCall<?>> sysPort() {
        return new Port<>(td.cpu(), Port.SYSCALL);
    }

    /**
     * Runs for a time in user mode, in virtual time; on the wall clock, where user code takes the time it takes, nothing but a point at
     * which others may run. It is charged in slices, and others may run between two of them.
     */
    public void run(final long ns, final Runnable then) {
        final long slice = Math.min(ns, SLICE_NS);
        mode.slice(slice, ns > slice ? () -> run(ns - slice, then) : then);
    }

    /** A system call: {@code then} is given its error, and its value or null. When it does not block nothing is switched. */
    @SuppressWarnings("unchecked") // a handler returns what its call declares
    public <R> void syscall(final SysCall<R> call, final BiConsumer<NetError, R> then) {
        doMsg(sysPort(), initMsg(call), msg -> then.accept(msg.error(), (R) msg.result()));
    }

    /**
     * A system call that does not make the process wait ({@code sendsys}): it has ended when an answer is returned; else it goes on, the
     * program goes on too, and its end is told by an upcall, as {@link Upc.Returned} with the same tag.
     *
     * @param upcall an upcall of this process; of one that was deleted meanwhile nothing is heard
     */
    public Optional<Upc.Returned> sendsys(final SysCall<?> call, final int upcall, final Object tag) {
        mode.enterKernel();
        final Optional<Upc.Returned> ended = proc.place().sendsys(proc, call, upcall, tag);
        mode.enterUser();
        return ended;
    }

    /** A message that is replied to this process (M1). */
    public <D> Msg<D> initMsg(final D command) {
        return td.initMsg(command);
    }

    /** A message with an explicit reply port (M8). */
    public <D> Msg<D> initMsg(final D command, final Port<?> replyPort) {
        return td.initMsg(command, replyPort);
    }

    /** Asynchronous send (M2). To {@link #sysPort} for root only, others are replied EPERM. */
    public <D> void sendMsg(final Port<? super D> target, final Msg<D> msg) {
        mode.enterKernel();
        proc.place().trap(proc, msg, () -> td.sendMsg(target, msg));
        mode.enterUser();
    }

    /** Asynchronous send whose reply goes to {@code then}. */
    public <D> void sendMsg(final Port<? super D> target, final Msg<D> msg, final Consumer<? super Msg<D>> then) {
        mode.enterKernel();
        proc.place().trap(proc, msg, () -> td.sendMsg(target, msg, reply -> mode.userret(() -> then.accept(reply))));
        mode.enterUser();
    }

    /** Synchronous send (M3). */
    public <D> void doMsg(final Port<? super D> target, final Msg<D> msg, final Consumer<? super Msg<D>> then) {
        mode.enterKernel();
        proc.place().trap(proc, msg, () -> td.doMsg(target, msg, reply -> mode.userret(() -> then.accept(reply))));
    }

    /** Waits for a message sent before (M12). */
    public <D> void waitMsg(final Msg<D> msg, final Consumer<? super Msg<D>> then) {
        mode.enterKernel();
        td.waitMsg(msg, reply -> mode.userret(() -> then.accept(reply)));
    }

    /** The next request that waits, without waiting (M5); null when none is first in line, or others shall run. */
    public <C> Msg<C> getPort() {
        return mode.mayStay() ? td.getPort() : null;
    }

    /** Gives a held message back (M4). */
    public void replyMsg(final Msg<?> msg, final NetError error) {
        replyMsg(msg, error, null);
    }

    /** As {@link #replyMsg(Msg, NetError)}, with a value. */
    public void replyMsg(final Msg<?> msg, final NetError error, final Object result) {
        mode.enterKernel();
        td.replyMsg(msg, error, result);
        mode.enterUser();
    }

    /** Passes a held message on (M11). */
    public <D> void forwardMsg(final Port<? super D> target, final Msg<D> msg) {
        mode.enterKernel();
        td.forwardMsg(target, msg);
        mode.enterUser();
    }

    /** True when the message is not in flight. */
    public boolean checkMsg(final Msg<?> msg) {
        return td.checkMsg(msg);
    }

    /** Asks for a message to end early (M13). */
    public void abortMsg(final Msg<?> msg) {
        mode.enterKernel();
        td.abortMsg(msg);
        mode.enterUser();
    }

    /** Drops a request that waits on the own port. */
    public NetError dropMsg(final Msg<?> msg) {
        return td.dropMsg(msg);
    }

    /** Runs a function in this process after a delay, in turn with its messages. */
    public Callout after(final long delayNs, final Runnable function) {
        return td.after(delayNs, () -> mode.userret(function));
    }

    /** Ends this process when its handler is over, with status 0. */
    public void exit() {
        exit(0);
    }

    /** Ends this process when its handler is over; what waits on its port is replied ESRCH, and its parent may wait for the status. */
    public void exit(final int status) {
        proc.exits(status);
        td.exit();
    }
}
