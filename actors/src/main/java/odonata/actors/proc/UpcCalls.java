package odonata.actors.proc;

import odonata.actors.port.Msg;
import odonata.protocol.errno.NetError;

/** Serves the calls of {@link Upc} on one CPU. */
final class UpcCalls {
    private final ProcCpu procs;

    UpcCalls(final ProcCpu procs) {
        this.procs = procs;
    }

    void register() {
        procs.register(Upc.Register.class, this::onRegister);
        procs.register(Upc.Dispatch.class, this::onDispatch);
        procs.register(Upc.Delete.class, this::onDelete);
        procs.register(Upc.Poll.class, this::onPoll);
    }

    private NetError onRegister(final Proc caller, final Msg<Upc.Register> msg) {
        final int id = caller.upcalls().register(msg.command());
        return id == 0 ? NetError.ENOMEM : procs.sysReturn(msg, NetError.OK, id);
    }

    private NetError onDispatch(final Proc caller, final Msg<Upc.Dispatch> msg) {
        procs.dispatch(caller.cred(), msg.command(), error -> procs.sysReturn(msg, error, null));
        return NetError.EASYNC;
    }

    private NetError onDelete(final Proc caller, final Msg<Upc.Delete> msg) {
        return caller.upcalls().delete(msg.command().upcall()) ? NetError.OK : NetError.ENOENT;
    }

    /** They are delivered on the way back to user mode, as ever. */
    private NetError onPoll(final Proc caller, final Msg<Upc.Poll> msg) {
        return procs.sysReturn(msg, NetError.OK, caller.upcalls().pending());
    }
}
