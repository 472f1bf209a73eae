package odonata.actors.uipc;

import java.util.function.BiConsumer;
import odonata.actors.port.Msg;
import odonata.actors.proc.Proc;
import odonata.actors.proc.ProcCpu;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockEntry.Pending;
import odonata.actors.socket.SockFiles;
import odonata.protocol.errno.NetError;

/**
 * The socket calls as system calls of the processes of one CPU. Owner: the CPU's carrier.
 *
 * <p>The descriptors of a process stay on the CPU where it made its first one. When it goes to another CPU its calls are sent there, and the
 * answers back.
 */
final class SockProcs {
    private final SockCpu sockets;
    private final ProcCpu procs;

    /** The descriptors of one process, and where they are. */
    private record Open(SockFiles files, SockProcs home) {}

    private SockProcs(final SockCpu sockets, final ProcCpu procs) {
        this.sockets = sockets;
        this.procs = procs;
    }

    @SuppressWarnings("unchecked") // the classes are those of socket calls
    static void attach(final SockCpu sockets, final ProcCpu procs) {
        final SockProcs calls = new SockProcs(sockets, procs);
        sockets.calls().forEach(call -> procs.register((Class<SockCall<Object>>) call, calls::call));
        procs.onExit(calls::exited);
    }

    private Open openOf(final Proc proc) {
        return proc.attached(Open.class, () -> new Open(new SockFiles(), this));
    }

    private NetError call(final Proc caller, final Msg<SockCall<Object>> msg) {
        final Open open = openOf(caller);
        final SockCall<Object> call = msg.command();
        final BiConsumer<NetError, Object> done = (error, value) -> procs.sysReturn(msg, error, value);
        final Pending pending = open.home() == this
                ? sockets.call(open.files(), call, done)
                : callAt(open.home(), open.files(), call, done);
        return procs.sysAbortable(caller, msg, pending::abort);
    }

    /** At the home of the descriptors; an abort follows the call on the same ring, and so finds it begun. */
    private Pending callAt(
            final SockProcs home,
            final SockFiles files,
            final SockCall<Object> call,
            final BiConsumer<NetError, Object> done) {
        final int here = procs.cpu().id();
        final int there = home.procs.cpu().id();
        final Pending[] begun = {() -> {}};
        procs.cpu()
                .sendIpi(
                        there,
                        cpu -> begun[0] = home.sockets.call(
                                files, call, (error, value) -> cpu.sendIpi(here, back -> done.accept(error, value))));
        return () -> procs.cpu().sendIpi(there, cpu -> begun[0].abort());
    }

    private void exited(final Proc proc) {
        final Open open = openOf(proc);
        procs.cpu()
                .sendIpi(
                        open.home().procs.cpu().id(), cpu -> open.home().sockets.closeAll(open.files()));
    }
}
