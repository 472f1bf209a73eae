package odonata.actors.uipc;

import java.util.HashMap;
import java.util.Map;
import odonata.actors.port.Msg;
import odonata.actors.proc.Proc;
import odonata.actors.proc.ProcCpu;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockEntry.Pending;
import odonata.actors.socket.SockFiles;
import odonata.protocol.errno.NetError;

/** The socket calls as system calls of the processes of one CPU. Owner: the CPU's carrier. */
final class SockProcs {
    private final SockCpu sockets;
    private final ProcCpu procs;
    private final Map<Proc, SockFiles> filesOf = new HashMap<>();

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

    private NetError call(final Proc caller, final Msg<SockCall<Object>> msg) {
        final SockFiles files = filesOf.computeIfAbsent(caller, proc -> new SockFiles());
        final Pending pending =
                sockets.call(files, msg.command(), (error, value) -> procs.sysReturn(msg, error, value));
        return procs.sysAbortable(caller, msg, pending::abort);
    }

    private void exited(final Proc proc) {
        final SockFiles files = filesOf.remove(proc);
        if (files != null) {
            sockets.closeAll(files);
        }
    }
}
