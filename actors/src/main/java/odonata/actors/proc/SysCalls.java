package odonata.actors.proc;

import odonata.actors.port.Msg;
import odonata.actors.usched.SchedParam;
import odonata.protocol.errno.NetError;

/** Serves the calls of {@link Sys} on one CPU. */
final class SysCalls {
    private final ProcCpu procs;

    SysCalls(final ProcCpu procs) {
        this.procs = procs;
    }

    void register() {
        procs.register(Sys.Getpid.class, (caller, msg) -> procs.sysReturn(msg, NetError.OK, caller.pid()));
        procs.register(Sys.Setuid.class, this::setuid);
        procs.register(Sys.Setpriority.class, this::setpriority);
        procs.register(Sys.Nanosleep.class, this::nanosleep);
        procs.register(Sys.Fork.class, this::fork);
    }

    private NetError setuid(final Proc caller, final Msg<Sys.Setuid> msg) {
        final Cred cred = caller.cred();
        final int uid = msg.command().uid();
        if (!cred.isRoot() && uid != cred.uid()) {
            return NetError.EPERM;
        }
        caller.cred(new Cred(uid, uid, cred.gid(), cred.groups()));
        return NetError.OK;
    }

    private NetError setpriority(final Proc caller, final Msg<Sys.Setpriority> msg) {
        final int nice = msg.command().nice();
        if (nice < SchedParam.NICE_MIN || nice > SchedParam.NICE_MAX) {
            return NetError.EINVAL;
        }
        if (nice < caller.nice() && !caller.cred().isRoot()) {
            return NetError.EACCES;
        }
        final SchedParam before = caller.lwp().param();
        caller.lwp().param(new SchedParam(before.userClass(), before.fixed(), nice));
        procs.usched().resetpriority(caller.lwp());
        return NetError.OK;
    }

    private NetError nanosleep(final Proc caller, final Msg<Sys.Nanosleep> msg) {
        if (msg.command().ns() < 0) {
            return NetError.EINVAL;
        }
        procs.cpu()
                .callout(() -> procs.sysReturn(msg, NetError.OK, null))
                .reset(msg.command().ns());
        return NetError.EASYNC;
    }

    private NetError fork(final Proc caller, final Msg<Sys.Fork> msg) {
        procs.fork(
                caller,
                msg.command().image(),
                child -> procs.sysReturn(msg, NetError.OK, new Sys.Child(child.pid(), child.port())));
        return NetError.EASYNC;
    }
}
